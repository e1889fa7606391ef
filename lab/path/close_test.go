//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestClose leaves connections open: sockets keep a namespace alive, so that
// whether the link is gone can be seen in it.
func TestClose(t *testing.T) {
	for name, l := range map[string]link.Link{"veth": {}, "tunnel": {Delay: 1}, "a tunnel with a packet on its way": {Delay: 30 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			p := open(t, l)
			c := connect(t, p, echo(t, p))
			exchange(t, c, 1000)
			if _, err := c.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			kept := keep(t, p.Client())
			before, err := p.Stats()
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := p.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if got := interfaces(t, kept); !slices.Equal(got, []string{"lo"}) {
				t.Errorf("interfaces %v remain, want loopback alone", got)
			}
			if s, err := p.Stats(); err != nil || s.ToServer.Packets < before.ToServer.Packets {
				t.Errorf("stats after Close: %+v, error %v, want the last ones, %+v", s, err, before)
			}
			for what, err := range map[string]error{
				"Do":          p.Client().Do(func() error { t.Error("Do after Close called f"); return nil }),
				"DialContext": dialError(t, p.Client(), "10.0.0.2:1"),
				"Cut":         p.Cut(),
			} {
				if !errors.Is(err, os.ErrClosed) {
					t.Errorf("%s after Close: %v, want os.ErrClosed", what, err)
				}
			}
		})
	}
}

// keep returns a Namespace of its own reference, without a link.
func keep(t *testing.T, n *Namespace) *Namespace {
	t.Helper()
	kept := &Namespace{}
	if err := n.Do(func() (err error) { kept.file, err = os.Open(threadNamespace); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.close() })
	return kept
}

func interfaces(t *testing.T, n *Namespace) (names []string) {
	t.Helper()
	if err := n.Do(func() error {
		all, err := net.Interfaces()
		for _, i := range all {
			names = append(names, i.Name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestADeadProcessLeavesNothing keeps the client's namespace of a process
// that is killed, to see the link vanish from it.
func TestADeadProcessLeavesNothing(t *testing.T) {
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			open(t, l) // or skip
			owner := exec.Command(os.Args[0])
			owner.Env = append(os.Environ(), asOwner+"="+name)
			owner.Stderr = os.Stderr
			out, err := owner.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := owner.Start(); err != nil {
				t.Fatal(err)
			}
			var fd int
			_, errScan := fmt.Fscan(out, &fd)
			left := &Namespace{}
			left.file, err = os.Open(fmt.Sprintf("/proc/%d/fd/%d", owner.Process.Pid, fd))
			if err := errors.Join(errScan, err, owner.Process.Kill()); err != nil {
				t.Fatal(err)
			}
			defer left.file.Close()
			_ = owner.Wait() // was killed
			// The kernel cleans a namespace up after the last process has left it.
			for began := time.Now(); len(interfaces(t, left)) > 1; {
				if time.Since(began) > 30*time.Second {
					t.Fatalf("interfaces %v remain, want loopback alone", interfaces(t, left))
				}
			}
		})
	}
}

func TestATunnelThatStoppedSaysSo(t *testing.T) {
	p := open(t, kinds["tunnel"])
	kept := keep(t, p.Client())
	if err := p.client.drop(); err != nil {
		t.Fatal(err)
	}
	for stopped := false; !stopped; {
		p.tunnel.toServer.mu.Lock()
		stopped = p.tunnel.toServer.err != nil
		p.tunnel.toServer.mu.Unlock()
	}
	if _, err := p.Stats(); err == nil {
		t.Error("Stats has no error, want that the link is gone")
	}
	if got := interfaces(t, kept); !slices.Equal(got, []string{"lo"}) {
		t.Fatalf("interfaces %v", got)
	}
	if err := p.Close(); err == nil || !strings.Contains(err.Error(), "tunnel: read") {
		t.Errorf("Close: %v, want the error of the tunnel's read", err)
	}
}

func TestOpenAndCloseLeaveNoDescriptor(t *testing.T) {
	use := func() {
		for _, l := range kinds {
			p := open(t, l)
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	use() // the runtime's own, made at the first use
	before := descriptors(t)
	for range 3 {
		use()
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestTwoPathsAtOnce(t *testing.T) {
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			a, b := open(t, l), open(t, l)
			first, second := connect(t, a, echo(t, a)), connect(t, b, echo(t, b))
			exchange(t, first, 1000)
			exchange(t, second, 1000)
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			exchange(t, second, 1000)
		})
	}
}
