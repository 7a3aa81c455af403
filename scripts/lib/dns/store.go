package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

var kinds = []string{"services", "endpoints"}

// object is what we read of a Service or of Endpoints.
type object struct {
	Metadata struct{ Namespace, Name, ResourceVersion string }
	Spec     struct{ ClusterIP, Type, ExternalName string }
	Subsets  []struct {
		Addresses []struct{ IP, Hostname string }
	}
}

func (o object) key() string { return o.Metadata.Name + "." + o.Metadata.Namespace }

// records is what a name stands for: addresses, or another name.
type records struct {
	addresses []string
	alias     string
}

// store holds the cluster's Services and Endpoints by kind and "name.namespace".
type store struct {
	mutex sync.RWMutex
	kinds map[string]map[string]object
}

func newStore() *store { return &store{kinds: map[string]map[string]object{}} }

func (s *store) ready() bool {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return len(s.kinds) == len(kinds)
}

func (s *store) replace(kind string, items []object) {
	all := map[string]object{}
	for _, item := range items {
		all[item.key()] = item
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.kinds[kind] = all
}

func (s *store) change(kind string, item object, deleted bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if deleted {
		delete(s.kinds[kind], item.key())
	} else {
		s.kinds[kind][item.key()] = item
	}
}

// lookup finds NAME ("service.namespace.svc", or "host.service.namespace.svc" of a headless one), which is relative to the zone.
func (s *store) lookup(name string) (records, bool) {
	labels := strings.Split(name, ".")
	last := len(labels) - 1
	if last < 2 || last > 3 || labels[last] != "svc" {
		return records{}, false
	}
	key := labels[last-2] + "." + labels[last-1]
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	service, found := s.kinds["services"][key]
	switch {
	case !found:
		return records{}, false
	case service.Spec.Type == "ExternalName":
		return records{alias: service.Spec.ExternalName}, last == 2
	case service.Spec.ClusterIP != "None":
		return records{addresses: []string{service.Spec.ClusterIP}}, last == 2
	}
	var result records
	for _, subset := range s.kinds["endpoints"][key].Subsets {
		for _, address := range subset.Addresses {
			host := address.Hostname
			if host == "" {
				host = strings.ReplaceAll(address.IP, ".", "-")
			}
			if last == 2 || host == labels[0] {
				result.addresses = append(result.addresses, address.IP)
			}
		}
	}
	return result, last == 2 || len(result.addresses) > 0
}

// api is a client of the API server with a service account's token.
type api struct {
	address, token string
	client         *http.Client
	retry          time.Duration
}

func newAPI(address, ca, token string) (*api, error) {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", ca)
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		ForceAttemptHTTP2: true,
		// Short: a connection begun before kube-proxy has set the service's address up goes nowhere, a later one works.
		DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
	}
	return &api{address: address, token: token, client: &http.Client{Transport: transport}, retry: time.Second}, nil
}

// follow keeps the store's KIND as the API server has it: lists, then watches; when a watch fails, lists again.
func (a *api) follow(kind string, s *store) {
	for {
		version, err := a.list(kind, s)
		for err == nil {
			version, err = a.watch(kind, version, s)
		}
		log.Printf("%s: %v; listing again", kind, err)
		time.Sleep(a.retry)
	}
}

func (a *api) list(kind string, s *store) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	body, err := a.get(ctx, "/api/v1/"+kind)
	if err != nil {
		return "", err
	}
	defer body.Close()
	var list struct {
		Metadata struct{ ResourceVersion string }
		Items    []object
	}
	if err := json.NewDecoder(body).Decode(&list); err != nil {
		return "", err
	}
	s.replace(kind, list.Items)
	return list.Metadata.ResourceVersion, nil
}

// watch follows KIND from VERSION until the server ends the watch, as it does every few minutes, and returns where to go on.
func (a *api) watch(kind, version string, s *store) (string, error) {
	// Somewhat longer than the server's own limit: ends a watch whose connection died without a word.
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Second)
	defer cancel()
	body, err := a.get(ctx, "/api/v1/"+kind+"?watch=1&timeoutSeconds=120&resourceVersion="+version)
	if err != nil {
		return "", err
	}
	defer body.Close()
	for events := json.NewDecoder(body); ; {
		var event struct {
			Type   string
			Object json.RawMessage
		}
		if err := events.Decode(&event); err == io.EOF {
			return version, nil
		} else if err != nil {
			return "", err
		}
		var item object
		switch event.Type {
		case "ADDED", "MODIFIED", "DELETED":
			if err := json.Unmarshal(event.Object, &item); err != nil {
				return "", err
			}
			s.change(kind, item, event.Type == "DELETED")
			version = item.Metadata.ResourceVersion
		default:
			return "", fmt.Errorf("the watch ended with %s: %s", event.Type, bytes.TrimSpace(event.Object))
		}
	}
}

func (a *api) get(ctx context.Context, path string) (io.ReadCloser, error) {
	// Read each time: kubelet replaces the file when the token is renewed.
	token, err := os.ReadFile(a.token)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.address+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := a.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 512))
		return nil, fmt.Errorf("GET %s: %s: %s", path, response.Status, bytes.TrimSpace(text))
	}
	return response.Body, nil
}
