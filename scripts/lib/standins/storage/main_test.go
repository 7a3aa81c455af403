package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"sandbox/kube"
)

// newStorage is one on node-0 whose API server answers every GET with a class, and returns what else it was asked.
func newStorage(t *testing.T, answer int) (*storage, *[]string) {
	t.Helper()
	var asked []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodGet {
			_, _ = w.Write([]byte(`{"reclaimPolicy": "Delete"}`))
			return
		}
		asked = append(asked, r.Method+" "+r.URL.Path+" "+string(body))
		w.WriteHeader(answer)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for name, text := range map[string][]byte{
		"ca": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), "token": []byte("x")} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	client, err := kube.New(server.URL, filepath.Join(dir, "ca"), filepath.Join(dir, "token"))
	if err != nil {
		t.Fatal(err)
	}
	return &storage{client: client, node: "node-0", folders: map[string]string{hostpath: dir + "/local", shared: dir + "/shared"}}, &asked
}

func parse[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestMakesAVolumeForAClaimOfThisNode(t *testing.T) {
	s, asked := newStorage(t, http.StatusCreated)
	c := parse[claim](t, `{"metadata": {"namespace": "a", "name": "b", "uid": "u1", "annotations": {
		"volume.beta.kubernetes.io/storage-provisioner": "sandbox.local/hostpath", "volume.kubernetes.io/selected-node": "node-0"}},
		"spec": {"storageClassName": "openebs-hostpath", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}`)
	s.claims.Replace([]claim{c})
	if !s.reconcile() || len(*asked) != 1 {
		t.Fatal(*asked)
	}
	if info, err := os.Stat(s.folders[hostpath] + "/pvc-u1"); err != nil || info.Mode().Perm() != 0o777 {
		t.Fatal(info, err)
	}
	made := parse[volume](t, (*asked)[0][len("POST /api/v1/persistentvolumes "):])
	if made.node() != "node-0" || made.Metadata.Name != "pvc-u1" || made.Spec.PersistentVolumeReclaimPolicy != "Delete" {
		t.Error(made)
	}
}

func TestLeavesOthersClaimsAlone(t *testing.T) {
	s, _ := newStorage(t, http.StatusCreated)
	const ours = `"volume.beta.kubernetes.io/storage-provisioner": "sandbox.local/hostpath"`
	for name, text := range map[string]string{
		"of another provisioner": `{"metadata": {"annotations": {"volume.kubernetes.io/storage-provisioner": "openebs.io/local"}}}`,
		"of no provisioner":      `{}`,
		"not yet scheduled":      `{"metadata": {"annotations": {` + ours + `}}}`,
		"of another node":        `{"metadata": {"annotations": {` + ours + `, "volume.kubernetes.io/selected-node": "node-1"}}}`,
		"bound": `{"metadata": {"annotations": {` + ours + `, "volume.kubernetes.io/selected-node": "node-0"}},
			"spec": {"volumeName": "v"}}`,
	} {
		if got := s.wanted(parse[claim](t, text)); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestASharedVolumeThatAnotherNodeMadeIsMade(t *testing.T) {
	s, asked := newStorage(t, http.StatusConflict)
	c := parse[claim](t, `{"metadata": {"uid": "u2", "annotations": {"volume.beta.kubernetes.io/storage-provisioner": "sandbox.local/shared"}}}`)
	s.claims.Replace([]claim{c})
	if !s.reconcile() || len(*asked) != 1 {
		t.Fatal(*asked)
	}
	if node := parse[volume](t, (*asked)[0][len("POST /api/v1/persistentvolumes "):]).node(); node != "" {
		t.Error(node)
	}
}

func TestRemovesWhatIsReleased(t *testing.T) {
	s, asked := newStorage(t, http.StatusOK)
	path := s.folders[shared] + "/pvc-u3"
	if err := os.MkdirAll(path+"/data", 0o755); err != nil {
		t.Fatal(err)
	}
	v := parse[volume](t, `{"metadata": {"name": "pvc-u3", "annotations": {"pv.kubernetes.io/provisioned-by": "sandbox.local/shared"}},
		"spec": {"persistentVolumeReclaimPolicy": "Delete", "hostPath": {"path": "`+path+`"}}, "status": {"phase": "Bound"}}`)
	s.volumes.Replace([]volume{v})
	if !s.reconcile() || len(*asked) != 0 {
		t.Fatal("a bound one: ", *asked)
	}
	for change, text := range map[string]string{
		"kept":         `{"spec": {"persistentVolumeReclaimPolicy": "Retain"}, "status": {"phase": "Released"}}`,
		"another's":    `{"metadata": {"annotations": {"pv.kubernetes.io/provisioned-by": "x"}}, "status": {"phase": "Released"}}`,
		"out of bound": `{"spec": {"hostPath": {"path": "/etc"}}, "status": {"phase": "Released"}}`,
	} {
		other := v
		other.Metadata.Annotations = map[string]string{"pv.kubernetes.io/provisioned-by": shared}
		if err := json.Unmarshal([]byte(text), &other); err != nil {
			t.Fatal(err)
		}
		if s.deletable(other) {
			t.Error(change)
		}
	}
	v.Status.Phase = "Released"
	s.volumes.Change(v, false)
	if !s.reconcile() || len(*asked) != 1 {
		t.Fatal(*asked)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error(err)
	}
}

func TestTriesAgain(t *testing.T) {
	s, _ := newStorage(t, http.StatusInternalServerError)
	s.claims.Replace([]claim{parse[claim](t,
		`{"metadata": {"uid": "u4", "annotations": {"volume.beta.kubernetes.io/storage-provisioner": "sandbox.local/shared"}}}`)})
	if s.reconcile() {
		t.Error("a refusal counts as done")
	}
}
