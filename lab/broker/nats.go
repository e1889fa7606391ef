package broker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pushbench/servers/wire"
)

// A NATS is a NATS server in this process, with JetStream. Make one with ListenNATS.
type NATS struct {
	server *server.Server
	dir    string
}

// natsReady is how soon a NATS server accepts connections.
const natsReady = 10 * time.Second

// ListenNATS starts a NATS server at an address, whose port may be 0 for any. What it keeps is in
// a directory of its own, which Serve removes.
func ListenNATS(addr string) (_ *NATS, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("the port of %s is no number", addr)
	}
	if number == 0 {
		number = server.RANDOM_PORT
	}
	n := &NATS{}
	if n.dir, err = os.MkdirTemp("", "pushbench-nats-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(n.dir) // what went wrong before says more
		}
	}()
	n.server, err = server.NewServer(&server.Options{
		Host: host, Port: number, JetStream: true, StoreDir: n.dir, NoSigs: true, NoLog: true,
		MaxPayload: 2 * wire.MaxPayload, // an event and its head
	})
	if err != nil {
		return nil, err
	}
	n.server.Start()
	if !n.server.ReadyForConnections(natsReady) {
		n.stop()
		return nil, fmt.Errorf("the NATS server at %s was not ready within %s", addr, natsReady)
	}
	return n, nil
}

// Addr is where it listens.
func (n *NATS) Addr() string { return n.server.Addr().String() }

// Serve waits until ctx is done, ends the server and removes what it has kept.
func (n *NATS) Serve(ctx context.Context) error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		n.server.WaitForShutdown()
	}()
	var err error
	select {
	case <-ctx.Done():
	case <-ended:
		err = errors.New("the NATS server ended by itself")
	}
	n.stop()
	<-ended
	return errors.Join(err, os.RemoveAll(n.dir))
}

func (n *NATS) stop() {
	n.server.Shutdown()
	n.server.WaitForShutdown()
}
