//go:build linux

package browser

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"pushbench/results"
)

// Memory is the memory that all processes of the browser have written to, in bytes; what
// several of them share is counted once. It is Pss_Anon and Pss_Shmem of smaps_rollup
// (proc_pid_smaps(5), Linux 5.4). Programs and libraries are not in it: how much of them is
// the browser's depends on who else has them open.
func (b *Browser) Memory() (int64, error) {
	pids, err := b.tree.Processes(nil)
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return 0, err
		}
		n, err := written(string(text))
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// written reads the text of smaps_rollup.
func written(text string) (sum int64, err error) {
	for _, name := range []string{"\nPss_Anon:", "\nPss_Shmem:"} {
		_, rest, _ := strings.Cut(text, name)
		var n int64
		if _, err := fmt.Sscanf(rest, "%d kB\n", &n); err != nil {
			return 0, fmt.Errorf("the kernel does not tell %s (smaps_rollup)", strings.Trim(name, "\n:"))
		}
		sum += n << 10
	}
	return sum, nil
}

const (
	// memoryStreams is how many streams the memory of a browser is divided by. It is below
	// what any browser allows of the kinds that are asked.
	memoryStreams = 150

	steadyWithin   = 512 << 10 // a browser's memory is steady when it changes by less, in bytes
	steadyReadings = 4         // in the quiet time
	steadyLimit    = 60        // readings until it is given up
)

// Memory finds out what a stream costs the browser: how much more memory its processes have
// written to with so many streams than with none. Each is read when it is steady, which means
// that it has not changed by half a mebibyte for the quiet time.
func Memory(ctx context.Context, k Kind, o Options) []results.Observation {
	return memory(ctx, k, o, []limit{{way: "sse", http2: true, names: 1}, {way: "websocket", names: 1}})
}

func memory(ctx context.Context, k Kind, o Options, of []limit) []results.Observation {
	o = o.filled()
	s := &sheet{of: k}
	for _, l := range of {
		from := len(s.rows)
		s.want("memory-"+l.name(), "bytes", "%s: memory of the browser for each", l.about(memoryStreams))
		s.repeat(ctx, o, from, func(ctx context.Context) error {
			o.Say(string(k) + ": memory, " + l.name())
			return in(ctx, k, func(ctx context.Context, b *Browser) error { return s.memory(ctx, b, o, l) })
		})
	}
	return s.rows
}

func (s *sheet) memory(ctx context.Context, b *Browser, o Options, l limit) error {
	server, err := newOrigin(l.http2, holds)
	if err != nil {
		return err
	}
	defer server.close()
	page, err := b.Open(ctx, server.url("127.0.0.1")+"/")
	if err != nil {
		return err
	}
	var memory [2]int64
	for i, ask := range []int{0, memoryStreams} {
		if err := page.Eval(ctx, fmt.Sprintf("ask(%q, %d, %s)", l.way, ask, list(server.names(1))), nil); err != nil {
			return err
		}
		all := func(t tally) bool { return t.held == ask }
		got, err := server.counts.settle(ctx, "/hold-"+l.way, max(o.Quiet, pauseMost), all)
		if err == nil && got.held != ask {
			err = fmt.Errorf("%d of %d streams are open", got.held, ask)
		}
		if err != nil {
			return err
		}
		if memory[i], err = b.steady(ctx, o.Quiet); err != nil {
			return err
		}
	}
	s.note("memory-"+l.name(), float64(memory[1]-memory[0])/memoryStreams)
	return nil
}

// steady is the memory of a browser when it is steady.
func (b *Browser) steady(ctx context.Context, quiet time.Duration) (int64, error) {
	var readings []int64
	next := time.NewTicker(quiet / steadyReadings)
	defer next.Stop()
	for range steadyLimit {
		n, err := b.Memory()
		if err != nil {
			return 0, err
		}
		readings = append(readings, n)
		if last := readings[max(0, len(readings)-steadyReadings-1):]; len(last) > steadyReadings &&
			slices.Max(last)-slices.Min(last) < steadyWithin {
			return n, nil
		}
		select {
		case <-next.C:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	return 0, fmt.Errorf("its memory does not become steady within %s", steadyLimit*quiet/steadyReadings)
}
