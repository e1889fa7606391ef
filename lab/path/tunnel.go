//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A tunnel is a TUN device in each of two namespaces and the two pumps
// between them.
//
// Note: sch_netem would need no process between the ends. But its seed exists
// only since Linux 6.6, many kernels are built without it, and its limit
// counts the packets on the delay line as well. A tunnel gives the same Link
// the same fates everywhere.
type tunnel struct {
	client, server     *os.File
	toServer, toClient *pump
	pumps              sync.WaitGroup
}

// openTunnel joins two namespaces, whose ends of the link it brings up.
func openTunnel(client, server *Namespace, l link.Link) (_ *tunnel, err error) {
	t := &tunnel{}
	defer func() {
		if err != nil {
			_ = t.close() // the error that led here says more
		}
	}()
	if t.client, err = openDevice(client, l); err != nil {
		return nil, err
	}
	if t.server, err = openDevice(server, l); err != nil {
		return nil, err
	}
	if t.toServer, err = newPump(t.client, t.server, l, 0); err != nil {
		return nil, err
	}
	if t.toClient, err = newPump(t.server, t.client, l, 1); err != nil {
		return nil, err
	}
	for _, p := range []*pump{t.toServer, t.toClient} {
		t.pumps.Go(p.collect)
		t.pumps.Go(p.emit)
	}
	return t, nil
}

// openDevice makes a TUN device that is gone when the file is closed.
func openDevice(n *Namespace, l link.Link) (file *os.File, err error) {
	defer func() {
		if err != nil && file != nil {
			_ = file.Close() // the error that led here says more
			file = nil
		}
	}()
	if err = n.Do(func() error { file, err = newTUN(n.Interface()); return err }); err != nil {
		return file, fmt.Errorf("make a TUN device: %w", err)
	}
	end, err := n.end()
	if err != nil {
		return file, err
	}
	// The device's own queue holds what a pump has not yet read: a burst must
	// not be lost there, before the Link has its say.
	if err = n.links.LinkSetTxQLen(end, 10_000); err != nil {
		return file, fmt.Errorf("set the queue of a TUN device: %w", err)
	}
	if err = n.links.LinkSetMTU(end, l.Largest()); err != nil {
		return file, fmt.Errorf("set the MTU of a TUN device: %w", err)
	}
	return file, n.raise(end)
}

// newTUN returns a TUN device of plain IP packets (tuntap.rst of the kernel's
// documentation) in the thread's namespace. The poller takes it only now that
// it is attached to an interface.
func newTUN(name string) (*os.File, error) {
	const device = "/dev/net/tun"
	fd, err := unix.Open(device, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		err = &fs.PathError{Op: "open", Path: device, Err: err}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV) {
			return nil, hinted(err, "modprobe tun, or give the container the device")
		}
		return nil, err
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = os.NewSyscallError("TUNSETIFF", unix.IoctlIfreq(fd, unix.TUNSETIFF, request))
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), device), nil
}

// cut loses what is on its way and what will be sent.
func (t *tunnel) cut() {
	t.toServer.sever()
	t.toClient.sever()
}

// close removes the devices, waits for the pumps and returns why one of them
// stopped before.
func (t *tunnel) close() error {
	var errs []error
	for _, f := range []*os.File{t.client, t.server} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	for _, p := range []*pump{t.toServer, t.toClient} {
		if p != nil {
			errs = append(errs, p.alarm.Close())
		}
	}
	t.pumps.Wait()
	for _, p := range []*pump{t.toServer, t.toClient} {
		if p != nil {
			errs = append(errs, p.failure())
		}
	}
	return errors.Join(errs...)
}

// stats adds what the kernel knows of the ends to the pumps' counts.
func (t *tunnel) stats(client, server *netlink.LinkStatistics) (Stats, error) {
	s := Stats{ToServer: t.toServer.stats(), ToClient: t.toClient.stats()}
	s.ToServer.Overrun = int64(client.TxDropped + server.RxDropped)
	s.ToClient.Overrun = int64(server.TxDropped + client.RxDropped)
	return s, errors.Join(t.toServer.failure(), t.toClient.failure())
}
