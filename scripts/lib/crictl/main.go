// A small CRI client under the name that kubeadm looks for: the commands that kubeadm 1.20 runs (info, pods -q, stopp, rmp, pull,
// inspecti) and a few that people use (ps, images, logs, version). It speaks CRI v1alpha2 and is built inside Kubernetes' source tree.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

const usage = `crictl [-r SOCKET] [-t TIMEOUT] COMMAND, a small stand-in for the CRI tools:
  info | version                 the runtime and its state
  pods [-q]                      pod sandboxes; -q prints only the ids
  ps [-a] [-q]                   running containers; -a prints ended ones too
  images [-q]                    images
  pull IMAGE, inspecti IMAGE     fetch an image; print what the runtime knows of it (exit 1: not there)
  logs CONTAINER                 what a container has written
  stopp | rmp POD..., stop | rm CONTAINER...
The socket may also come from CONTAINER_RUNTIME_ENDPOINT.
`

type client struct {
	ctx      context.Context
	runtime  cri.RuntimeServiceClient
	images   cri.ImageServiceClient
	quiet    bool
	all      bool
	operands []string
}

// A command, how many operands it takes at least, and whether it takes more.
type command struct {
	run       func(*client) error
	operands  int
	unlimited bool
}

var commands = map[string]command{
	"info": {info, 0, false}, "version": {version, 0, false},
	"pods": {pods, 0, false}, "ps": {ps, 0, false}, "images": {images, 0, false},
	"pull": {pull, 1, false}, "inspecti": {inspectImage, 1, false}, "logs": {logs, 1, false},
	"stopp": {each(stopPod), 1, true}, "rmp": {each(removePod), 1, true},
	"stop": {each(stopContainer), 1, true}, "rm": {each(removeContainer), 1, true},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	endpoint := os.Getenv("CONTAINER_RUNTIME_ENDPOINT")
	if endpoint == "" {
		endpoint = "/run/containerd/containerd.sock"
	}
	var imageEndpoint string
	var timeout time.Duration
	global := flags("crictl")
	for _, name := range []string{"r", "runtime-endpoint"} {
		global.StringVar(&endpoint, name, endpoint, "")
	}
	// One daemon serves both here; accepted because scripts pass it.
	for _, name := range []string{"i", "image-endpoint"} {
		global.StringVar(&imageEndpoint, name, "", "")
	}
	for _, name := range []string{"t", "timeout"} {
		global.DurationVar(&timeout, name, time.Minute, "")
	}
	if err := global.Parse(args); err != nil {
		return err
	}
	name := global.Arg(0)
	if name == "" {
		return global.Parse([]string{"-h"})
	}
	verb, known := commands[name]
	if !known {
		return fmt.Errorf("no command %q; see crictl -h", name)
	}
	c := &client{}
	local := flags(name)
	for _, q := range []string{"q", "quiet"} {
		local.BoolVar(&c.quiet, q, false, "")
	}
	for _, a := range []string{"a", "all"} {
		local.BoolVar(&c.all, a, false, "")
	}
	if err := local.Parse(global.Args()[1:]); err != nil {
		return err
	}
	c.operands = local.Args()
	if n := len(c.operands); n < verb.operands || (n > verb.operands && !verb.unlimited) {
		return fmt.Errorf("%s: %d operands; see crictl -h", name, n)
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	connection, err := dial(ctx, strings.TrimPrefix(endpoint, "unix://"))
	if err != nil {
		return fmt.Errorf("cannot reach the container runtime at %s: %w", endpoint, err)
	}
	defer connection.Close()
	c.ctx, c.runtime, c.images = ctx, cri.NewRuntimeServiceClient(connection), cri.NewImageServiceClient(connection)
	if err := verb.run(c); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.Usage = func() { fmt.Fprint(set.Output(), usage) }
	return set
}

func dial(ctx context.Context, socket string) (*grpc.ClientConn, error) {
	// gRPC would retry a socket that is not there until the deadline.
	if _, err := os.Stat(socket); err != nil {
		return nil, err
	}
	return grpc.DialContext(ctx, socket, grpc.WithInsecure(), grpc.WithBlock(), grpc.FailOnNonTempDialError(true),
		grpc.WithContextDialer(func(ctx context.Context, path string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}))
}

func printJSON(value interface{}) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func info(c *client) error {
	status, err := c.runtime.Status(c.ctx, &cri.StatusRequest{Verbose: true})
	if err != nil {
		return err
	}
	return printJSON(status)
}

func version(c *client) error {
	v, err := c.runtime.Version(c.ctx, &cri.VersionRequest{})
	if err != nil {
		return err
	}
	fmt.Printf("RuntimeName:  %s\nRuntimeVersion:  %s\nRuntimeApiVersion:  %s\n", v.RuntimeName, v.RuntimeVersion, v.RuntimeApiVersion)
	return nil
}

// table prints rows below a heading, or only the ids (each row's first cell) when asked to be quiet.
func (c *client) table(heading string, rows [][]string) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 8, 3, ' ', 0)
	if !c.quiet {
		fmt.Fprintln(out, strings.ReplaceAll(heading, " ", "\t"))
	}
	for _, row := range rows {
		if c.quiet {
			row = row[:1]
		} else {
			row[0] = short(row[0])
		}
		fmt.Fprintln(out, strings.Join(row, "\t"))
	}
	return out.Flush()
}

func short(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	if len(id) > 13 {
		id = id[:13]
	}
	return id
}

func age(nanoseconds int64) string {
	return time.Since(time.Unix(0, nanoseconds)).Round(time.Second).String()
}

func pods(c *client) error {
	list, err := c.runtime.ListPodSandbox(c.ctx, &cri.ListPodSandboxRequest{})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, pod := range list.Items {
		state := strings.TrimPrefix(pod.State.String(), "SANDBOX_")
		rows = append(rows, []string{pod.Id, age(pod.CreatedAt), state, pod.Metadata.Namespace, pod.Metadata.Name})
	}
	return c.table("ID AGE STATE NAMESPACE NAME", rows)
}

func ps(c *client) error {
	list, err := c.runtime.ListContainers(c.ctx, &cri.ListContainersRequest{})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, box := range list.Containers {
		if !c.all && box.State != cri.ContainerState_CONTAINER_RUNNING {
			continue
		}
		state := strings.TrimPrefix(box.State.String(), "CONTAINER_")
		rows = append(rows, []string{box.Id, age(box.CreatedAt), state, box.Metadata.Name, fmt.Sprint(box.Metadata.Attempt), short(box.PodSandboxId)})
	}
	return c.table("ID AGE STATE NAME ATTEMPT POD", rows)
}

func images(c *client) error {
	list, err := c.images.ListImages(c.ctx, &cri.ListImagesRequest{})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, image := range list.Images {
		rows = append(rows, []string{image.Id, fmt.Sprintf("%.1fMB", float64(image.Size_)/1e6), strings.Join(image.RepoTags, ",")})
	}
	return c.table("ID SIZE NAMES", rows)
}

func pull(c *client) error {
	reply, err := c.images.PullImage(c.ctx, &cri.PullImageRequest{Image: &cri.ImageSpec{Image: c.operands[0]}})
	if err != nil {
		return err
	}
	fmt.Println("Image is up to date for", reply.ImageRef)
	return nil
}

func inspectImage(c *client) error {
	reply, err := c.images.ImageStatus(c.ctx, &cri.ImageStatusRequest{Image: &cri.ImageSpec{Image: c.operands[0]}})
	if err != nil {
		return err
	}
	if reply.Image == nil {
		return fmt.Errorf("no such image %q present", c.operands[0])
	}
	return printJSON(map[string]interface{}{"status": reply.Image})
}

// logs prints a container's log file without the time, stream and tag that the runtime writes before each line.
func logs(c *client) error {
	reply, err := c.runtime.ContainerStatus(c.ctx, &cri.ContainerStatusRequest{ContainerId: c.operands[0]})
	if err != nil {
		return err
	}
	file, err := os.Open(reply.Status.LogPath)
	if err != nil {
		return err
	}
	defer file.Close()
	for in := bufio.NewReader(file); ; {
		line, err := in.ReadString('\n')
		if fields := strings.SplitN(line, " ", 4); len(fields) == 4 {
			text := fields[3]
			if fields[2] == "P" { // one part of a longer line
				text = strings.TrimSuffix(text, "\n")
			}
			fmt.Print(text)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func each(act func(*client, string) error) func(*client) error {
	return func(c *client) error {
		for _, id := range c.operands {
			if err := act(c, id); err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
		}
		return nil
	}
}

func stopPod(c *client, id string) error {
	_, err := c.runtime.StopPodSandbox(c.ctx, &cri.StopPodSandboxRequest{PodSandboxId: id})
	return err
}

func removePod(c *client, id string) error {
	_, err := c.runtime.RemovePodSandbox(c.ctx, &cri.RemovePodSandboxRequest{PodSandboxId: id})
	return err
}

func stopContainer(c *client, id string) error {
	_, err := c.runtime.StopContainer(c.ctx, &cri.StopContainerRequest{ContainerId: id, Timeout: 10})
	return err
}

func removeContainer(c *client, id string) error {
	_, err := c.runtime.RemoveContainer(c.ctx, &cri.RemoveContainerRequest{ContainerId: id})
	return err
}
