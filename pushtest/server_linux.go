package pushtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"pushbench/lab/process"
)

// endWithin is how long a server may need to end when it is asked to.
const endWithin = 5 * time.Second

// start starts the test binary as the server. The caller calls stop, once.
func start(ctx context.Context) (*server, error) {
	const host = "127.0.0.1"
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.ParseIP(host)})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	f, err := l.File()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := process.Start(ctx, process.Options{
		Command: []string{process.Self}, Host: host, Files: []*os.File{f},
		Env: []string{serverEnv + "=1", fmt.Sprintf("GOMAXPROCS=%d", runtime.GOMAXPROCS(0))},
	})
	if err != nil {
		return nil, err
	}
	return &server{
		http: p.HTTP, figures: l.Addr().String(), pid: p.PID, gone: p.Exited(),
		said: p.Said, stop: func() error { return p.Stop(endWithin) },
	}, nil
}
