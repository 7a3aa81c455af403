package main

import (
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"sandbox/kube"
)

const corefile = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
    }
    forward . %s {
       max_concurrent 1000
    }
}
`

const servicesList = `{"metadata":{"resourceVersion":"7"},"items":[
 {"metadata":{"namespace":"default","name":"kubernetes"},"spec":{"clusterIP":"10.96.0.1","type":"ClusterIP"}},
 {"metadata":{"namespace":"db","name":"patroni"},"spec":{"clusterIP":"None"}},
 {"metadata":{"namespace":"db","name":"outside"},"spec":{"type":"ExternalName","externalName":"www.example.org"}}]}`

const endpoints = `{"metadata":{"resourceVersion":"7"},"items":[
 {"metadata":{"namespace":"db","name":"patroni"},"subsets":[{"addresses":[{"ip":"10.1.0.5","hostname":"node-0"},{"ip":"10.1.1.6"}]}]}]}`

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// listen serves HANDLER over UDP and TCP on one loopback address.
func listen(t *testing.T, handler dns.Handler) string {
	t.Helper()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	streams, err := net.Listen("tcp", packets.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []*dns.Server{{PacketConn: packets, Handler: handler}, {Listener: streams, Handler: handler}} {
		server := server
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		go func() { _ = server.ActivateAndServe() }()
		<-started
		t.Cleanup(func() { _ = server.Shutdown() })
	}
	return packets.LocalAddr().String()
}

func upstream(t *testing.T) string {
	return listen(t, dns.HandlerFunc(func(w dns.ResponseWriter, query *dns.Msg) {
		reply := new(dns.Msg)
		reply.SetReply(query)
		record, err := dns.NewRR(query.Question[0].Name + " 60 IN A 192.0.2.80")
		if err != nil {
			t.Error(err)
		}
		reply.Answer = append(reply.Answer, record)
		_ = w.WriteMsg(reply)
	}))
}

func ask(t *testing.T, protocol, address, name string, kind uint16) *dns.Msg {
	t.Helper()
	query := new(dns.Msg)
	query.SetQuestion(name, kind)
	reply, _, err := (&dns.Client{Net: protocol, Timeout: 10 * time.Second}).Exchange(query, address)
	if err != nil {
		t.Fatalf("%s %s: %v", protocol, name, err)
	}
	return reply
}

func addresses(reply *dns.Msg) map[string]bool {
	found := map[string]bool{}
	for _, record := range reply.Answer {
		if a, ok := record.(*dns.A); ok {
			found[a.A.String()] = true
		}
	}
	return found
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{store: newStore()}
	if err := configure(write(t, "Corefile", fmt.Sprintf(corefile, upstream(t))), "", s); err != nil {
		t.Fatal(err)
	}
	return s
}

// fakeAPI lists the objects above; its watch of services sends each event of EVENTS and ends when that is closed.
func fakeAPI(t *testing.T, events <-chan string) *kube.Client {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		services, watch := strings.HasSuffix(r.URL.Path, "/services"), r.URL.Query().Get("watch") == "1"
		switch {
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusUnauthorized)
		case !watch && services:
			fmt.Fprint(w, servicesList)
		case !watch:
			fmt.Fprint(w, endpoints)
		case services:
			w.(http.Flusher).Flush()
			for {
				select {
				case event, open := <-events:
					if !open {
						return
					}
					fmt.Fprintln(w, event)
					w.(http.Flusher).Flush()
				case <-r.Context().Done():
					return
				}
			}
		default:
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
	}))
	t.Cleanup(server.CloseClientConnections)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	client, err := kube.New(server.URL, write(t, "ca.crt", string(ca)), write(t, "token", "secret\n"))
	if err != nil {
		t.Fatal(err)
	}
	client.Retry = time.Millisecond
	return client
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never: ", what)
		}
	}
}

func TestAnswersFromTheCluster(t *testing.T) {
	s := newServer(t)
	address := listen(t, s)
	if got := ask(t, "udp", address, "kubernetes.default.svc.cluster.local.", dns.TypeA); got.Rcode != dns.RcodeServerFailure {
		t.Fatalf("before the first list: %v", got)
	}
	client := fakeAPI(t, nil)
	for _, kind := range kinds {
		go s.store.follow(client, kind)
	}
	eventually(t, "the store is ready", s.store.ready)
	for _, c := range []struct {
		name  string
		kind  uint16
		rcode int
		want  []string
	}{
		{"kubernetes.default.svc.cluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"10.96.0.1"}},
		{"KUBERNETES.default.SVC.cluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"10.96.0.1"}},
		{"kubernetes.default.svc.cluster.local.", dns.TypeAAAA, dns.RcodeSuccess, nil},
		{"patroni.db.svc.cluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"10.1.0.5", "10.1.1.6"}},
		{"node-0.patroni.db.svc.cluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"10.1.0.5"}},
		{"10-1-1-6.patroni.db.svc.cluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"10.1.1.6"}},
		{"node-1.patroni.db.svc.cluster.local.", dns.TypeA, dns.RcodeNameError, nil},
		{"x.kubernetes.default.svc.cluster.local.", dns.TypeA, dns.RcodeNameError, nil},
		{"absent.default.svc.cluster.local.", dns.TypeA, dns.RcodeNameError, nil},
		{"www.example.org.default.svc.cluster.local.", dns.TypeA, dns.RcodeNameError, nil},
		{"cluster.local.", dns.TypeA, dns.RcodeSuccess, nil},
		{"outside.db.svc.cluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"192.0.2.80"}},
		{"www.example.org.", dns.TypeA, dns.RcodeSuccess, []string{"192.0.2.80"}},
		{"notcluster.local.", dns.TypeA, dns.RcodeSuccess, []string{"192.0.2.80"}},
	} {
		for _, protocol := range []string{"udp", "tcp"} {
			reply := ask(t, protocol, address, c.name, c.kind)
			got := addresses(reply)
			if reply.Rcode != c.rcode || len(got) != len(c.want) {
				t.Errorf("%s %s: %v", protocol, c.name, reply)
			}
			for _, want := range c.want {
				if !got[want] {
					t.Errorf("%s %s: no %s in %v", protocol, c.name, want, reply)
				}
			}
		}
	}
}

func TestFollowsChanges(t *testing.T) {
	events := make(chan string)
	client, s := fakeAPI(t, events), newStore()
	go s.follow(client, "services")
	has := func(name, address string) func() bool {
		return func() bool {
			found, _ := s.lookup(name)
			return len(found.addresses) == 1 && found.addresses[0] == address
		}
	}
	event := `{"type":"%s","object":{"metadata":{"namespace":"default","name":"web","resourceVersion":"8"},"spec":{"clusterIP":"%s"}}}`
	events <- fmt.Sprintf(event, "ADDED", "10.96.0.8")
	eventually(t, "the service is known", has("web.default.svc", "10.96.0.8"))
	events <- fmt.Sprintf(event, "MODIFIED", "10.96.0.9")
	eventually(t, "the service has changed", has("web.default.svc", "10.96.0.9"))
	events <- fmt.Sprintf(event, "DELETED", "10.96.0.9")
	eventually(t, "the service is gone", func() bool { _, found := s.lookup("web.default.svc"); return !found })
	// After an error all is listed anew, and what the list lacks is forgotten.
	events <- fmt.Sprintf(event, "ADDED", "10.96.0.8")
	eventually(t, "the service is back", has("web.default.svc", "10.96.0.8"))
	events <- `{"type":"ERROR","object":{"code":410}}`
	eventually(t, "the list replaced all", func() bool { _, found := s.lookup("web.default.svc"); return !found })
	if !has("kubernetes.default.svc", "10.96.0.1")() {
		t.Error("the list was not read again")
	}
}

func TestRefusesACorefileWithoutZone(t *testing.T) {
	if err := configure(write(t, "Corefile", ".:53 {\n}\n"), "", &server{}); err == nil {
		t.Error("accepted")
	}
}

func TestReadsUpstreamsFromResolvConf(t *testing.T) {
	s := &server{}
	resolv := write(t, "resolv.conf", "nameserver 192.0.2.1\nnameserver 192.0.2.2\n")
	if err := configure(write(t, "Corefile", fmt.Sprintf(corefile, "/etc/resolv.conf 192.0.2.3")), resolv, s); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.upstreams, " "); got != "192.0.2.1:53 192.0.2.2:53 192.0.2.3:53" {
		t.Error(got)
	}
}
