package loadgen

import (
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"pushbench/servers/wire"
)

// A Credit is memory that the clients share with a null server. The clients
// write how many events they have taken, and the server then sends each of them
// the next. Make one with NewCredit. It serves one Ceiling at a time.
type Credit struct {
	file    *os.File
	mem     []byte
	words   []atomic.Uint64 // mem
	clients int
}

// NewCredit makes the memory for so many clients.
func NewCredit(clients int) (*Credit, error) {
	fd, err := unix.MemfdCreate("pushbench-credit", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("credit: memfd_create: %w", err)
	}
	c := &Credit{file: os.NewFile(uintptr(fd), "credit"), clients: clients}
	size := 8 * (wire.CreditFirstClient + wire.CreditPerClient*clients)
	if err := c.file.Truncate(int64(size)); err != nil {
		c.file.Close()
		return nil, fmt.Errorf("credit: %w", err)
	}
	if c.mem, err = unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		c.file.Close()
		return nil, fmt.Errorf("credit: mmap: %w", err)
	}
	c.words = unsafe.Slice((*atomic.Uint64)(unsafe.Pointer(&c.mem[0])), size/8)
	return c, nil
}

// File is what the null server's process is to inherit, as in ExtraFiles of
// package os/exec. It stays the Credit's.
func (c *Credit) File() *os.File { return c.file }

// Close gives the memory back. No Ceiling may be using it.
func (c *Credit) Close() error {
	if err := unix.Munmap(c.mem); err != nil {
		return fmt.Errorf("credit: munmap: %w", err)
	}
	return c.file.Close()
}

func (c *Credit) client(i int) *atomic.Uint64 {
	return &c.words[wire.CreditFirstClient+wire.CreditPerClient*i]
}

// allow lets each client have so many events.
func (c *Credit) allow(events uint64) { c.words[wire.CreditLimit].Store(events) }

// seen is the number of allow that the server goes by.
func (c *Credit) seen() uint64 { return c.words[wire.CreditSeen].Load() }

// sent is how many events the server has sent since its start.
func (c *Credit) sent() int64 { return int64(c.words[wire.CreditSent].Load()) }

// idle is the time in nanoseconds in which the server had no event to send
// because each client had one waiting.
func (c *Credit) idle() int64 { return int64(c.words[wire.CreditIdle].Load()) }

// reset makes all clients new ones, which have taken nothing and may have
// nothing.
func (c *Credit) reset() {
	c.allow(0)
	for i := range c.clients {
		c.client(i).Store(0)
	}
}
