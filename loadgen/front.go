package loadgen

import (
	"errors"
	"fmt"
	"time"

	"pushbench/results"
)

// A Front is a proxy in front of the server, to which the clients connect.
type Front struct {
	Address   string                // host:port
	Cert      string                // PEM certificate to trust, for variants with TLS, which ends at the proxy
	Processes func() ([]int, error) // the numbers of its processes, which may change
}

// frontTimeout is how long a client may take to be opened through a proxy, beyond what the
// path may be silent: one that holds the head of an answer back may do so for ever.
const frontTimeout = 5 * time.Second

// A fronting is what the proxy's processes use. Nil is no proxy, of which nothing is known.
type fronting struct {
	group *group
	first int64 // bytes of memory before the first client was opened
}

func newFronting(f *Front) (*fronting, error) {
	if f == nil {
		return nil, nil
	}
	g, err := newGroup(&Target{Processes: f.Processes})
	if err != nil {
		return nil, errFront(err)
	}
	return &fronting{group: g}, nil
}

func errFront(err error) error { return fmt.Errorf("proxy processes: %w", err) }

// refresh finds out which processes there are.
func (f *fronting) refresh() error {
	if f == nil {
		return nil
	}
	if err := f.group.refresh(); err != nil {
		return errFront(err)
	}
	return nil
}

// used is the CPU time of the processes that were there at the last refresh, in nanoseconds.
func (f *fronting) used() (int64, error) {
	if f == nil {
		return 0, nil
	}
	n, err := f.group.cpu()
	if err != nil {
		return 0, errFront(err)
	}
	return n, nil
}

// empty notes the memory that the proxy has without clients.
func (f *fronting) empty() (err error) {
	if f != nil {
		f.first, err = f.group.proportional()
	}
	return err
}

// held notes in t by how much that has grown.
func (f *fronting) held(t *results.Trial) error {
	if f == nil {
		return nil
	}
	n, err := f.group.proportional()
	t.Proxy.Held = n - f.first
	return err
}

// hint says why no answer has come, where a proxy may be the reason.
func (f *fronting) hint(err error) string {
	var none noAnswer
	if f == nil || !errors.As(err, &none) {
		return ""
	}
	return ", which the proxy may hold back until there is more of it"
}
