package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sandbox/kube"
)

const services = `[
	{"metadata": {"namespace": "a", "name": "static"}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80}]}},
	{"metadata": {"namespace": "a", "name": "api"}, "spec": {"clusterIP": "10.0.0.2", "ports": [{"name": "web", "port": 8080}]}},
	{"metadata": {"namespace": "a", "name": "headless"}, "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}]`

const ingresses = `[
	{"metadata": {"namespace": "a", "name": "second", "creationTimestamp": "2026-01-02T00:00:00Z"}, "spec": {"ingressClassName": "nginx-test",
		"rules": [{"host": "one.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "api", "port": {"number": 8080}}}}]}}]}},
	{"metadata": {"namespace": "a", "name": "first", "creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": {"ingressClassName": "nginx-test",
		"tls": [{"hosts": ["one.example"], "secretName": "good"}, {"hosts": ["two.example"], "secretName": "absent"}],
		"rules": [
			{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "static", "port": {"number": 80}}}}]}},
			{"host": "one.example", "http": {"paths": [
				{"path": "/api/", "pathType": "Prefix", "backend": {"service": {"name": "api", "port": {"name": "web"}}}},
				{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "static", "port": {"number": 80}}}}]}},
			{"host": "two.example", "http": {"paths": [
				{"path": "/x;y", "pathType": "Prefix", "backend": {"service": {"name": "static", "port": {"number": 80}}}},
				{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "headless", "port": {"number": 80}}}}]}}]}},
	{"metadata": {"namespace": "a", "name": "foreign"}, "spec": {"ingressClassName": "nginx-prod", "rules": [{"host": "foreign.example", "http":
		{"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "static", "port": {"number": 80}}}}]}}]}}]`

func fill[T kube.Object](t *testing.T, mirror *kube.Mirror[T], text string) {
	t.Helper()
	var items []T
	if err := json.Unmarshal([]byte(text), &items); err != nil {
		t.Fatal(err)
	}
	mirror.Replace(items)
}

// pair is the secret "good", with a certificate that is one.
func pair(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pair.pem")
	if err := writeOwnCertificate(path, time.Now()); err != nil {
		t.Fatal(err)
	}
	both, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal([]any{map[string]any{"metadata": map[string]string{"namespace": "a", "name": "good", "resourceVersion": "5"},
		"data": map[string][]byte{"tls.crt": both, "tls.key": both}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServesItsClass(t *testing.T) {
	c := &controller{class: "nginx-test", folder: t.TempDir()}
	fill(t, &c.ingresses, ingresses)
	fill(t, &c.services, services)
	fill(t, &c.secrets, pair(t))
	i, _ := c.ingresses.All()
	s, _ := c.services.All()
	k, _ := c.secrets.All()
	hosts := c.hostsOf(i, s, k)
	var got []string
	for _, h := range hosts {
		line := h.Name
		for _, l := range h.Locations {
			line += " [" + l.Match + " " + l.Address + "]"
		}
		got = append(got, line)
	}
	want := " [/ 10.0.0.1:80]\n" +
		"one.example [= /api 10.0.0.2:8080] [/api/ 10.0.0.2:8080] [/ 10.0.0.1:80]\n" + // the older Ingress wins
		"two.example [/ ]"
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
	if got := filepath.Base(hosts[1].Certificate); got != "good-5.pem" || hosts[2].Certificate != "" {
		t.Error(hosts)
	}
}

func TestWritesWhatNginxReads(t *testing.T) {
	text, err := render(page{HTTP: 80, HTTPS: 443, Folder: "/f", Ready: true, Hosts: []host{
		{Locations: []location{{"/", "10.0.0.1:80"}}}, {Name: "gone.example", Certificate: "/c.pem", Locations: []location{{"/", ""}}}, {Name: "empty.example"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"listen 80 default_server;", "location / { proxy_pass http://10.0.0.1:80; }", "ssl_certificate /f/own.pem;",
		"server_name gone.example;\n    ssl_certificate /c.pem;", "location / { return 503; }", "location / { return 404; }", "return 200;"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

func TestWaitsUntilAllIsListed(t *testing.T) {
	c := &controller{class: "nginx-test", folder: t.TempDir()}
	fill(t, &c.ingresses, ingresses)
	if reload, err := c.configure(); reload || err != nil {
		t.Error(reload, err)
	}
}
