// An ingress controller for the sandbox's clusters, in the place of ingress-nginx: it keeps Debian's nginx serving the Ingresses of
// one class in one namespace. Of them it knows hosts, paths of type Prefix and Exact, default backends and TLS secrets; no annotation.
// A host with TLS is served over plain HTTP as well, and where its secret is missing, with a certificate of our own.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"sandbox/kube"
)

type controller struct {
	class, folder       string
	httpPort, httpsPort int
	ingresses           kube.Mirror[ingress]
	services            kube.Mirror[service]
	secrets             kube.Mirror[secret]
	served              []byte // the configuration that nginx has
}

// configure brings nginx up to date; it reports whether nginx has to read its configuration again.
func (c *controller) configure() (bool, error) {
	ingresses, listed := c.ingresses.All()
	services, alsoServices := c.services.All()
	secrets, alsoSecrets := c.secrets.All()
	if !listed || !alsoServices || !alsoSecrets {
		return false, nil // not everything is known yet: what was served stays
	}
	hosts := c.hostsOf(ingresses, services, secrets)
	text, err := render(page{HTTP: c.httpPort, HTTPS: c.httpsPort, Folder: c.folder, Hosts: hosts, Ready: true})
	if err != nil || bytes.Equal(text, c.served) {
		return false, err
	}
	return true, c.write(text)
}

// write replaces nginx's configuration by TEXT if nginx accepts that.
func (c *controller) write(text []byte) error {
	path := filepath.Join(c.folder, "nginx.conf")
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	if output, err := exec.Command("nginx", "-q", "-t", "-c", path+".new").CombinedOutput(); err != nil {
		return fmt.Errorf("nginx refuses its new configuration: %v: %s", err, output)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	c.served = text
	return nil
}

// follow serves what the API server has until nginx ends or STOP says so.
func (c *controller) follow(nginx *exec.Cmd, changed <-chan struct{}, stop <-chan os.Signal) error {
	ended := make(chan error, 1)
	go func() { ended <- nginx.Wait() }()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("nginx ended: %v", err)
		case <-stop:
			_ = nginx.Process.Signal(syscall.SIGTERM)
			<-ended
			return nil
		case <-changed:
			reload, err := c.configure()
			if err != nil {
				log.Print(err)
			} else if reload {
				log.Print("serving a new configuration")
				_ = nginx.Process.Signal(syscall.SIGHUP) // it has ended, or reads its configuration
			}
		}
	}
}

func run() error {
	connect := kube.Flags()
	c := &controller{}
	namespace := flag.String("namespace", "default", "whose Ingresses to serve")
	flag.StringVar(&c.class, "class", "nginx", "the class of those")
	flag.StringVar(&c.folder, "folder", "/run/ingress", "for nginx's configuration and certificates")
	flag.IntVar(&c.httpPort, "http", 80, "port for HTTP")
	flag.IntVar(&c.httpsPort, "https", 443, "port for HTTPS")
	flag.Parse()
	client, err := connect()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.folder, 0o700); err != nil {
		return err
	}
	if err := writeOwnCertificate(filepath.Join(c.folder, ownCertificate), time.Now()); err != nil {
		return err
	}
	first, err := render(page{HTTP: c.httpPort, HTTPS: c.httpsPort, Folder: c.folder})
	if err != nil {
		return err
	}
	if err := c.write(first); err != nil {
		return err
	}
	nginx := exec.Command("nginx", "-c", filepath.Join(c.folder, "nginx.conf"))
	nginx.Stdout, nginx.Stderr = os.Stdout, os.Stderr
	if err := nginx.Start(); err != nil {
		return err
	}
	changed := make(chan struct{}, 1)
	c.ingresses.Changed, c.services.Changed, c.secrets.Changed = changed, changed, changed
	go kube.Follow[ingress](client, "/apis/networking.k8s.io/v1/namespaces/"+*namespace+"/ingresses", &c.ingresses)
	go kube.Follow[service](client, "/api/v1/namespaces/"+*namespace+"/services", &c.services)
	go kube.Follow[secret](client, "/api/v1/namespaces/"+*namespace+"/secrets", &c.secrets)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	return c.follow(nginx, changed, stop)
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
