package main

import (
	"strings"
	"sync"

	"sandbox/kube"
)

var kinds = []string{"services", "endpoints"}

// object is what we read of a Service or of Endpoints.
type object struct {
	Metadata kube.Metadata
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

// kindStore is what the store holds of one kind.
type kindStore struct {
	*store
	kind string
}

func (k kindStore) Replace(all []object)             { k.replace(k.kind, all) }
func (k kindStore) Change(item object, deleted bool) { k.change(k.kind, item, deleted) }

// follow keeps the store's KIND as the API server has it. It does not return.
func (s *store) follow(client *kube.Client, kind string) {
	kube.Follow[object](client, "/api/v1/"+kind, kindStore{s, kind})
}
