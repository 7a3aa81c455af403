// Storage for the sandbox's clusters, in the place of OpenEBS and an NFS server: one instance on each node makes directories there
// the volumes of claims. Of class hostpath: a directory on the node that the scheduler chose, for that node alone; of class
// shared: one in a folder that all boxes have in common, for all nodes. As with the real ones, sizes are not enforced.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"sandbox/kube"
)

const (
	hostpath = "sandbox.local/hostpath" // the provisioners that storage classes name
	shared   = "sandbox.local/shared"
)

type claim struct {
	Metadata kube.Metadata
	Spec     struct {
		StorageClassName, VolumeName string
		AccessModes                  []string
		Resources                    struct{ Requests struct{ Storage string } }
	}
}

func (c claim) Key() string { return c.Metadata.Key() }

type volume struct {
	Metadata kube.Metadata
	Spec     struct {
		PersistentVolumeReclaimPolicy string
		HostPath                      struct{ Path string }
		NodeAffinity                  struct {
			Required struct {
				NodeSelectorTerms []struct {
					MatchExpressions []struct{ Values []string }
				}
			}
		}
	}
	Status struct{ Phase string }
}

func (v volume) Key() string { return v.Metadata.Key() }

// node is the only node that reaches the volume, or nothing.
func (v volume) node() string {
	for _, term := range v.Spec.NodeAffinity.Required.NodeSelectorTerms {
		for _, expression := range term.MatchExpressions {
			for _, value := range expression.Values {
				return value
			}
		}
	}
	return ""
}

type object = map[string]any

type storage struct {
	client  *kube.Client
	node    string
	folders map[string]string // by provisioner
	claims  kube.Mirror[claim]
	volumes kube.Mirror[volume]
}

// wanted is which of our provisioners, on this node, is to make the claim's volume; nothing when none is.
func (s *storage) wanted(c claim) string {
	const chosen = "volume.kubernetes.io/selected-node"
	provisioner := c.Metadata.Annotations["volume.kubernetes.io/storage-provisioner"]
	if provisioner == "" { // before Kubernetes 1.23
		provisioner = c.Metadata.Annotations["volume.beta.kubernetes.io/storage-provisioner"]
	}
	switch {
	case c.Spec.VolumeName != "", s.folders[provisioner] == "":
		return ""
	case provisioner == hostpath && c.Metadata.Annotations[chosen] != s.node:
		return ""
	}
	return provisioner
}

// volumeOf is the volume to be made for the claim.
func (s *storage) volumeOf(c claim, provisioner, policy string) object {
	name := "pvc-" + c.Metadata.UID
	spec := object{
		"accessModes": c.Spec.AccessModes, "storageClassName": c.Spec.StorageClassName, "persistentVolumeReclaimPolicy": policy,
		"capacity": object{"storage": c.Spec.Resources.Requests.Storage},
		"hostPath": object{"path": filepath.Join(s.folders[provisioner], name), "type": "Directory"},
		"claimRef": object{"kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": c.Metadata.Namespace,
			"name": c.Metadata.Name, "uid": c.Metadata.UID},
	}
	if provisioner == hostpath {
		here := object{"key": "kubernetes.io/hostname", "operator": "In", "values": []string{s.node}}
		spec["nodeAffinity"] = object{"required": object{"nodeSelectorTerms": []object{{"matchExpressions": []object{here}}}}}
	}
	return object{"apiVersion": "v1", "kind": "PersistentVolume", "spec": spec,
		"metadata": object{"name": name, "annotations": object{"pv.kubernetes.io/provisioned-by": provisioner}}}
}

// provision makes the claim's volume. For a shared one all nodes do, and the first has made it.
func (s *storage) provision(c claim, provisioner string) error {
	var class struct{ ReclaimPolicy string }
	if err := s.client.Send(http.MethodGet, "/apis/storage.k8s.io/v1/storageclasses/"+c.Spec.StorageClassName, nil, &class); err != nil {
		return err
	}
	path := filepath.Join(s.folders[provisioner], "pvc-"+c.Metadata.UID)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o777); err != nil { // whatever our umask
		return err
	}
	err := s.client.Send(http.MethodPost, "/api/v1/persistentvolumes", s.volumeOf(c, provisioner, class.ReclaimPolicy), nil)
	if refusal, ok := err.(*kube.Error); ok && refusal.Code == http.StatusConflict {
		return nil
	}
	if err == nil {
		log.Printf("made %s for %s", path, c.Key())
	}
	return err
}

// deletable is whether the volume is ours, on this node, and nobody's any more. Kubernetes says when that is.
func (s *storage) deletable(v volume) bool {
	folder := s.folders[v.Metadata.Annotations["pv.kubernetes.io/provisioned-by"]]
	node := v.node()
	return folder != "" && strings.HasPrefix(v.Spec.HostPath.Path, folder+"/pvc-") && (node == "" || node == s.node) &&
		v.Status.Phase == "Released" && v.Spec.PersistentVolumeReclaimPolicy == "Delete"
}

func (s *storage) remove(v volume) error {
	if err := os.RemoveAll(filepath.Clean(v.Spec.HostPath.Path)); err != nil {
		return err
	}
	err := s.client.Send(http.MethodDelete, "/api/v1/persistentvolumes/"+v.Metadata.Name, nil, nil)
	if refusal, ok := err.(*kube.Error); ok && refusal.Code == http.StatusNotFound {
		return nil
	}
	return err
}

// reconcile does what there is to do; false when some of it failed and is to be tried again.
func (s *storage) reconcile() bool {
	claims, _ := s.claims.All()
	volumes, _ := s.volumes.All()
	good := true
	report := func(what string, err error) {
		if err != nil {
			log.Printf("%s: %v", what, err)
			good = false
		}
	}
	for key, c := range claims {
		if provisioner := s.wanted(c); provisioner != "" {
			report("claim "+key, s.provision(c, provisioner))
		}
	}
	for key, v := range volumes {
		if s.deletable(v) {
			report("volume "+key, s.remove(v))
		}
	}
	return good
}

func main() {
	connect := kube.Flags()
	node := flag.String("node", os.Getenv("NODE_NAME"), "the node this runs on")
	local := flag.String("hostpath", "/var/openebs/local", "folder for the volumes of this node")
	common := flag.String("shared", "/srv/shared", "folder for those of all nodes")
	flag.Parse()
	client, err := connect()
	if err != nil {
		log.Fatal(err)
	}
	changed := make(chan struct{}, 1)
	s := &storage{client: client, node: *node, folders: map[string]string{hostpath: *local, shared: *common}}
	s.claims.Changed, s.volumes.Changed = changed, changed
	go kube.Follow[claim](client, "/api/v1/persistentvolumeclaims", &s.claims)
	go kube.Follow[volume](client, "/api/v1/persistentvolumes", &s.volumes)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	var again <-chan time.Time
	for {
		select {
		case <-stop:
			return
		case <-changed:
		case <-again:
		}
		again = nil
		if !s.reconcile() {
			again = time.After(time.Second)
		}
	}
}
