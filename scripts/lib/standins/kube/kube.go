// Package kube is as much of a Kubernetes client as the sandbox's stand-ins need: it follows a kind of objects, and creates and
// deletes some. Objects are structs of the caller's that name the fields it reads.
package kube

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Metadata is what we read of every object's.
type Metadata struct {
	Namespace, Name, UID, ResourceVersion, CreationTimestamp string
	Annotations                                              map[string]string
}

// Client speaks to the API server with a service account's token.
type Client struct {
	Retry          time.Duration // between a failed list or watch and the next
	address, token string
	client         *http.Client
}

// Error is the API server's refusal.
type Error struct {
	Code int
	text string
}

func (e *Error) Error() string { return e.text }

// Flags are those of the command line that say where the API server is; the default is what a pod has.
func Flags() func() (*Client, error) {
	const account = "/var/run/secrets/kubernetes.io/serviceaccount/"
	server := "https://" + net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	address := flag.String("api", server, "the API server")
	ca := flag.String("ca", account+"ca.crt", "the API server's CA")
	token := flag.String("token", account+"token", "file with the token to show the API server")
	return func() (*Client, error) { return New(*address, *ca, *token) }
}

// New makes a client of the server at ADDRESS; CA and TOKEN are files.
func New(address, ca, token string) (*Client, error) {
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
	return &Client{Retry: time.Second, address: address, token: token, client: &http.Client{Transport: transport}}, nil
}

// Handler is told of the objects of one kind: of all there are, then of each that changes.
type Handler[T any] interface {
	Replace(all []T)
	Change(item T, deleted bool)
}

// Follow keeps HANDLER told of what is at PATH: lists, then watches; when a watch fails, lists again. It does not return.
func Follow[T any](c *Client, path string, handler Handler[T]) {
	for {
		version, err := list(c, path, handler)
		for err == nil {
			version, err = watch(c, path, version, handler)
		}
		log.Printf("%s: %v; listing again", path, err)
		time.Sleep(c.Retry)
	}
}

func list[T any](c *Client, path string, handler Handler[T]) (string, error) {
	var all struct {
		Metadata Metadata
		Items    []T
	}
	if err := c.Send(http.MethodGet, path, nil, &all); err != nil {
		return "", err
	}
	handler.Replace(all.Items)
	return all.Metadata.ResourceVersion, nil
}

// watch follows PATH from VERSION until the server ends the watch, as it does every few minutes, and returns where to go on.
func watch[T any](c *Client, path, version string, handler Handler[T]) (string, error) {
	// Somewhat longer than the server's own limit: ends a watch whose connection died without a word.
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Second)
	defer cancel()
	body, err := c.open(ctx, http.MethodGet, path+"?watch=1&timeoutSeconds=120&resourceVersion="+version, nil)
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
		switch event.Type {
		case "ADDED", "MODIFIED", "DELETED":
			var item T
			var known struct{ Metadata Metadata }
			if err := json.Unmarshal(event.Object, &item); err != nil {
				return "", err
			}
			if err := json.Unmarshal(event.Object, &known); err != nil {
				return "", err
			}
			handler.Change(item, event.Type == "DELETED")
			version = known.Metadata.ResourceVersion
		default:
			return "", fmt.Errorf("the watch ended with %s: %s", event.Type, bytes.TrimSpace(event.Object))
		}
	}
}

// Send asks the API server with BODY, unless nil, as JSON, and reads its answer into RESULT, unless nil.
func (c *Client) Send(method, path string, body, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	answer, err := c.open(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer answer.Close()
	if result == nil {
		return nil
	}
	return json.NewDecoder(answer).Decode(result)
}

func (c *Client) open(ctx context.Context, method, path string, body any) (io.ReadCloser, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	// Read each time: kubelet replaces the file when the token is renewed.
	token, err := os.ReadFile(c.token)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.address+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 512))
		return nil, &Error{response.StatusCode, fmt.Sprintf("%s %s: %s: %s", method, path, response.Status, bytes.TrimSpace(text))}
	}
	return response.Body, nil
}
