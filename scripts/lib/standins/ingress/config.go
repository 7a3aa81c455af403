package main

import (
	"bytes"
	"crypto/tls"
	"log"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/template"

	"sandbox/kube"
)

const ownCertificate = "own.pem"

type backend struct {
	Service struct {
		Name string
		Port struct {
			Name   string
			Number int
		}
	}
}

type ingress struct {
	Metadata kube.Metadata
	Spec     struct {
		IngressClassName string
		DefaultBackend   *backend
		TLS              []struct {
			Hosts      []string
			SecretName string
		}
		Rules []struct {
			Host string
			HTTP struct {
				Paths []struct {
					Path, PathType string
					Backend        backend
				}
			}
		}
	}
}

type service struct {
	Metadata kube.Metadata
	Spec     struct {
		ClusterIP string
		Ports     []struct {
			Name string
			Port int
		}
	}
}

type secret struct {
	Metadata kube.Metadata
	Type     string
	Data     map[string][]byte
}

func (i ingress) Key() string { return i.Metadata.Key() }
func (s service) Key() string { return s.Metadata.Key() }
func (s secret) Key() string  { return s.Metadata.Key() }

// location is a part of a host in nginx's terms; Address is empty where the service is not there.
type location struct{ Match, Address string }

type host struct {
	Name, Certificate string // no name: all hosts that no other is for
	Locations         []location
}

type page struct {
	HTTP, HTTPS int
	Folder      string
	Hosts       []host
	Ready       bool // the Ingresses are known
}

// ours are the Ingresses of our class, the oldest first: it wins where two want the same.
func (c *controller) ours(ingresses map[string]ingress) []ingress {
	var all []ingress
	for _, i := range ingresses {
		if i.Spec.IngressClassName == c.class {
			all = append(all, i)
		}
	}
	sort.Slice(all, func(a, b int) bool {
		x, y := all[a].Metadata, all[b].Metadata
		return x.CreationTimestamp < y.CreationTimestamp || x.CreationTimestamp == y.CreationTimestamp && x.Name < y.Name
	})
	return all
}

func (c *controller) hostsOf(ingresses map[string]ingress, services map[string]service, secrets map[string]secret) []host {
	hosts := map[string]*host{"": {}}
	add := func(name string, match []string, address string) {
		if hosts[name] == nil {
			hosts[name] = &host{Name: name}
		}
		for _, m := range match {
			hosts[name].add(location{m, address})
		}
	}
	for _, i := range c.ours(ingresses) {
		for _, rule := range i.Spec.Rules {
			for _, path := range rule.HTTP.Paths {
				add(rule.Host, matches(path.Path, path.PathType), addressOf(i, path.Backend, services))
			}
		}
		if i.Spec.DefaultBackend != nil {
			add("", []string{"/"}, addressOf(i, *i.Spec.DefaultBackend, services))
		}
	}
	for _, i := range c.ours(ingresses) {
		for _, t := range i.Spec.TLS {
			path := c.certificate(secrets[i.Metadata.Namespace+"/"+t.SecretName])
			for _, name := range t.Hosts {
				if hosts[name] != nil && hosts[name].Certificate == "" {
					hosts[name].Certificate = path
				}
			}
		}
	}
	var all []host
	for _, h := range hosts {
		all = append(all, *h)
	}
	sort.Slice(all, func(a, b int) bool { return all[a].Name < all[b].Name })
	return all
}

func (h *host) add(l location) {
	for _, known := range h.Locations {
		if known.Match == l.Match {
			return
		}
	}
	h.Locations = append(h.Locations, l)
}

// What nginx takes for itself must not come from an Ingress.
var safePath = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*$`)

// matches are nginx's locations for a path. Prefix goes by whole elements: /api has /api and /api/v1, not /apis.
func matches(path, kind string) []string {
	switch whole := strings.TrimRight(path, "/"); {
	case !safePath.MatchString(path):
		log.Printf("path %q is left out: it has characters that are not supported here", path)
		return nil
	case kind == "Exact":
		return []string{"= " + path}
	case whole == "":
		return []string{"/"}
	default:
		return []string{"= " + whole, whole + "/"}
	}
}

func addressOf(i ingress, b backend, services map[string]service) string {
	s := services[i.Metadata.Namespace+"/"+b.Service.Name]
	for _, port := range s.Spec.Ports {
		wanted := port.Name == b.Service.Port.Name && port.Name != "" || port.Port == b.Service.Port.Number
		if wanted && net.ParseIP(s.Spec.ClusterIP) != nil {
			return net.JoinHostPort(s.Spec.ClusterIP, strconv.Itoa(port.Port))
		}
	}
	return ""
}

// certificate is the file with the secret's certificate and key; nothing when they are no pair.
func (c *controller) certificate(s secret) string {
	pem := append(append(append([]byte{}, s.Data["tls.crt"]...), '\n'), s.Data["tls.key"]...)
	if _, err := tls.X509KeyPair(pem, pem); err != nil {
		return ""
	}
	// Named by the version as well: nginx reads it again only when its configuration is another one.
	path := filepath.Join(c.folder, s.Metadata.Name+"-"+s.Metadata.ResourceVersion+".pem")
	if err := os.WriteFile(path, pem, 0o600); err != nil {
		log.Print(err)
		return ""
	}
	return path
}

func render(p page) ([]byte, error) {
	for n := range p.Hosts {
		if p.Hosts[n].Certificate == "" {
			p.Hosts[n].Certificate = filepath.Join(p.Folder, ownCertificate)
		}
	}
	var text bytes.Buffer
	err := configuration.Execute(&text, p)
	return text.Bytes(), err
}

var configuration = template.Must(template.New("nginx.conf").Parse(`daemon off;
user www-data;
worker_processes 1;
pid {{.Folder}}/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  server_tokens off;
  server_names_hash_bucket_size 128;
  server_names_hash_max_size 4096;
  client_max_body_size 0;
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  server {
    listen 10254;
    location = /livez { return 200; }
    location = /healthz { return {{if .Ready}}200{{else}}503{{end}}; }
  }
{{- range .Hosts}}
  server {
    listen {{$.HTTP}}{{if not .Name}} default_server{{end}};
    listen {{$.HTTPS}} ssl{{if not .Name}} default_server{{end}};
    server_name {{or .Name "_"}};
    ssl_certificate {{.Certificate}};
    ssl_certificate_key {{.Certificate}};
    {{- range .Locations}}
    location {{.Match}} { {{if .Address}}proxy_pass http://{{.Address}};{{else}}return 503;{{end}} }
    {{- else}}
    location / { return 404; }
    {{- end}}
  }
{{- end}}
}
`))
