package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"pushbench/loadgen/ledger"
)

// probeLoopback opens a connection over loopback, sends 1,000 bytes and
// compares the kernel's counters (TCP_INFO) of both ends with that. Without
// them no ledger can balance. The first error says that there is no
// connection, the second that it is not counted.
func probeLoopback(ctx context.Context) (loopback, counters error) {
	const size = 1000
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err, nil
	}
	defer listener.Close()
	near, err := (&net.Dialer{}).DialContext(ctx, "tcp4", listener.Addr().String())
	if err != nil {
		return err, nil
	}
	defer near.Close()
	far, err := listener.Accept()
	if err != nil {
		return err, nil
	}
	defer far.Close()
	if _, err := near.Write(make([]byte, size)); err != nil {
		return err, nil
	}
	if _, err := io.ReadFull(far, make([]byte, size)); err != nil {
		return err, nil
	}
	return nil, checkCounters(near, far, size)
}

// checkCounters compares TCP_INFO of both ends with size bytes sent from near
// to far.
func checkCounters(near, far net.Conn, size int64) error {
	sent, err := ledger.ReadSocket(near.(*net.TCPConn))
	if err != nil {
		return err
	}
	received, err := ledger.ReadSocket(far.(*net.TCPConn))
	if err != nil {
		return err
	}
	switch {
	case sent.Out != size:
		return fmt.Errorf("bytes_sent says %d after %d bytes", sent.Out, size)
	case received.In != size:
		return fmt.Errorf("bytes_received says %d after %d bytes", received.In, size)
	case sent.SegmentsOut == 0 || received.SegmentsIn == 0:
		return errors.New("segments are not counted")
	}
	return nil
}
