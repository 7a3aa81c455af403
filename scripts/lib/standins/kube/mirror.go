package kube

import "sync"

// Object has a name.
type Object interface{ Key() string }

// Key is the namespace and the name.
func (m Metadata) Key() string { return m.Namespace + "/" + m.Name }

// Mirror is a Handler that keeps what it is told of, and says on Changed that something is new.
type Mirror[T Object] struct {
	Changed chan<- struct{} // with room for one: who is told twice before it looks need look only once
	mutex   sync.Mutex
	items   map[string]T // nil until the first list
}

func (m *Mirror[T]) Replace(all []T) {
	items := make(map[string]T, len(all))
	for _, item := range all {
		items[item.Key()] = item
	}
	m.mutex.Lock()
	m.items = items
	m.mutex.Unlock()
	m.tell()
}

func (m *Mirror[T]) Change(item T, deleted bool) {
	m.mutex.Lock()
	if deleted {
		delete(m.items, item.Key())
	} else {
		m.items[item.Key()] = item
	}
	m.mutex.Unlock()
	m.tell()
}

func (m *Mirror[T]) tell() {
	select {
	case m.Changed <- struct{}{}:
	default:
	}
}

// All is a copy of what is there; false until the first list.
func (m *Mirror[T]) All() (map[string]T, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	all := make(map[string]T, len(m.items))
	for key, item := range m.items {
		all[key] = item
	}
	return all, m.items != nil
}
