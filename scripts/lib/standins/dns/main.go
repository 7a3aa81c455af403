// A small DNS server for the sandbox's clusters, in the place of CoreDNS, which Debian does not have. It runs as kubeadm's CoreDNS
// Deployment starts it (-conf Corefile) and reads of that file only the cluster's zone and the servers to forward to. It answers
// A and CNAME queries for Services, A queries for the endpoints of headless ones, and forwards what lies outside the zone.
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/miekg/dns"
	"sandbox/kube"
)

const timeToLive = 30 // seconds, as in the Corefile that kubeadm writes

type server struct {
	zone      string // "cluster.local."
	upstreams []string
	store     *store
}

// configure reads a Corefile; RESOLV is what it means by /etc/resolv.conf.
func configure(corefile, resolv string, s *server) error {
	text, err := os.ReadFile(corefile)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) >= 2 && words[0] == "kubernetes":
			s.zone = strings.ToLower(dns.Fqdn(words[1]))
		case len(words) >= 3 && words[0] == "forward" && words[1] == ".":
			for _, target := range words[2:] {
				if target == "{" {
					break
				}
				if err := s.forwardTo(target, resolv); err != nil {
					return err
				}
			}
		}
	}
	if s.zone == "" {
		return fmt.Errorf("%s names no kubernetes zone", corefile)
	}
	return nil
}

func (s *server) forwardTo(target, resolv string) error {
	if target != "/etc/resolv.conf" {
		if _, _, err := net.SplitHostPort(target); err != nil {
			target = net.JoinHostPort(target, "53")
		}
		s.upstreams = append(s.upstreams, target)
		return nil
	}
	config, err := dns.ClientConfigFromFile(resolv)
	if err != nil {
		return err
	}
	for _, address := range config.Servers {
		s.upstreams = append(s.upstreams, net.JoinHostPort(address, config.Port))
	}
	return nil
}

func (s *server) ServeDNS(w dns.ResponseWriter, query *dns.Msg) {
	reply := new(dns.Msg)
	reply.SetReply(query)
	reply.RecursionAvailable = true
	protocol := w.LocalAddr().Network()
	switch {
	case len(query.Question) != 1:
		reply.Rcode = dns.RcodeFormatError
	case !dns.IsSubDomain(s.zone, strings.ToLower(query.Question[0].Name)):
		reply = s.forward(query, protocol)
	case !s.store.ready():
		reply.Rcode = dns.RcodeServerFailure
	default:
		s.answer(reply, query.Question[0], protocol)
	}
	if protocol == "udp" {
		size := dns.MinMsgSize
		if options := query.IsEdns0(); options != nil {
			size = int(options.UDPSize())
		}
		reply.Truncate(size)
	}
	// The client asks again when a reply is lost; there is nobody else to tell.
	_ = w.WriteMsg(reply)
}

// answer fills REPLY for a name in the zone. A name that exists without a record of the asked type is an empty success: resolvers
// ask for A and AAAA at once and would take NXDOMAIN for one as the answer for both.
func (s *server) answer(reply *dns.Msg, question dns.Question, protocol string) {
	reply.Authoritative = true
	name := strings.ToLower(question.Name)
	records, found := s.store.lookup(strings.TrimSuffix(strings.TrimSuffix(name, s.zone), "."))
	header := dns.RR_Header{Name: question.Name, Class: dns.ClassINET, Ttl: timeToLive}
	if found && records.alias != "" {
		header.Rrtype = dns.TypeCNAME
		target := dns.Fqdn(records.alias)
		reply.Answer = append(reply.Answer, &dns.CNAME{Hdr: header, Target: target})
		if question.Qtype != dns.TypeCNAME && !dns.IsSubDomain(s.zone, target) {
			further := new(dns.Msg)
			further.SetQuestion(target, question.Qtype)
			reply.Answer = append(reply.Answer, s.forward(further, protocol).Answer...)
		}
	}
	if found && question.Qtype == dns.TypeA {
		header.Rrtype = dns.TypeA
		for _, address := range records.addresses {
			if ip := net.ParseIP(address).To4(); ip != nil {
				reply.Answer = append(reply.Answer, &dns.A{Hdr: header, A: ip})
			}
		}
		rand.Shuffle(len(reply.Answer), func(i, j int) { reply.Answer[i], reply.Answer[j] = reply.Answer[j], reply.Answer[i] })
	}
	if !found && name != s.zone {
		reply.Rcode = dns.RcodeNameError
	}
	if len(reply.Answer) == 0 {
		reply.Ns = []dns.RR{&dns.SOA{
			Hdr: dns.RR_Header{Name: s.zone, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: timeToLive},
			Ns:  "ns.dns." + s.zone, Mbox: "hostmaster." + s.zone,
			Serial: uint32(time.Now().Unix()), Refresh: 7200, Retry: 1800, Expire: 86400, Minttl: 5,
		}}
	}
}

// forward asks the upstream servers in their order and passes on the first answer.
func (s *server) forward(query *dns.Msg, protocol string) *dns.Msg {
	client := &dns.Client{Net: protocol, Timeout: 2 * time.Second}
	for _, upstream := range s.upstreams {
		if reply, _, err := client.Exchange(query, upstream); err == nil {
			return reply
		}
	}
	reply := new(dns.Msg)
	return reply.SetRcode(query, dns.RcodeServerFailure)
}

// serveProbes answers kubelet's probes: alive always, ready once the store is.
func serveProbes(health, ready string, s *store, failed chan<- error) {
	alive := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "OK") })
	prepared := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !s.ready() {
			http.Error(w, "services and endpoints are not listed yet", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "OK")
	})
	for address, mux := range map[string]*http.ServeMux{health: http.NewServeMux(), ready: http.NewServeMux()} {
		mux.Handle("/health", alive)
		mux.Handle("/ready", prepared)
		go func(address string, mux *http.ServeMux) { failed <- http.ListenAndServe(address, mux) }(address, mux)
	}
}

func run() error {
	corefile := flag.String("conf", "/etc/coredns/Corefile", "the Corefile")
	listen := flag.String("listen", ":53", "address of the DNS service")
	health := flag.String("health", ":8080", "address of /health")
	ready := flag.String("ready", ":8181", "address of /ready")
	resolv := flag.String("resolv", "/etc/resolv.conf", "file that names the upstream servers")
	connect := kube.Flags()
	flag.Parse()

	s := &server{store: newStore()}
	if err := configure(*corefile, *resolv, s); err != nil {
		return err
	}
	client, err := connect()
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		go s.store.follow(client, kind)
	}
	failed := make(chan error)
	serveProbes(*health, *ready, s.store, failed)
	for _, protocol := range []string{"udp", "tcp"} {
		listener := &dns.Server{Addr: *listen, Net: protocol, Handler: s}
		go func() { failed <- listener.ListenAndServe() }()
	}
	log.Printf("zone %s on %s, forwarding to %v", s.zone, *listen, s.upstreams)
	// As PID 1 the process must end itself: the kernel ignores signals that it does not handle.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	select {
	case err := <-failed:
		return err
	case <-stop:
		return nil
	}
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
