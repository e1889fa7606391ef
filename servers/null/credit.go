//go:build linux

package null

import (
	"fmt"
	"math"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"pushbench/servers/wire"
)

// A credit is the memory shared with the clients. A nil credit is one of
// clients that may get any number of events.
type credit struct {
	mem   []byte
	words []atomic.Uint64 // mem
}

func mapCredit(f *os.File) (*credit, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("credit: %w", err)
	}
	size := info.Size()
	if size < wire.CreditFirstClient*8 {
		return nil, fmt.Errorf("credit: a file of %d bytes has no room for a client", size)
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("credit: mmap: %w", err)
	}
	return &credit{mem, unsafe.Slice((*atomic.Uint64)(unsafe.Pointer(&mem[0])), size/8)}, nil
}

// clients is how many clients there is room for.
func (c *credit) clients() int { return (len(c.words) - wire.CreditFirstClient) / wire.CreditPerClient }

// limit is how many events each client may get.
func (c *credit) limit() uint64 {
	if c == nil {
		return math.MaxUint64
	}
	return c.words[wire.CreditLimit].Load()
}

// taken is how many events the client has taken.
func (c *credit) taken(client int) uint64 {
	return c.words[wire.CreditFirstClient+wire.CreditPerClient*client].Load()
}

// sent counts one event more.
func (c *credit) sent() {
	if c != nil {
		c.words[wire.CreditSent].Add(1)
	}
}

// idle adds to the time in which there was nothing to send.
func (c *credit) idle(nanoseconds int64) { c.words[wire.CreditIdle].Add(uint64(nanoseconds)) }

// seen tells the clients which limit is gone by from now on.
func (c *credit) seen(limit uint64) {
	if c.words[wire.CreditSeen].Load() != limit {
		c.words[wire.CreditSeen].Store(limit)
	}
}

func (c *credit) unmap() {
	if c != nil {
		_ = unix.Munmap(c.mem) // fails for what Mmap did not return only
	}
}
