package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pushbench/lab/broker"
	"pushbench/servers/backplane"
	"pushbench/servers/backplane/nats"
	"pushbench/servers/backplane/redis"
	"pushbench/servers/wire"
)

// openBackplane connects to what carries events between servers; nil for the address "". leave
// closes it, after the server has ended.
func openBackplane(ctx context.Context, address string, history int, log *slog.Logger) (_ backplane.Backplane, leave func(), _ error) {
	scheme, _, _ := strings.Cut(address, "://")
	switch {
	case address == "":
		return nil, func() {}, nil
	case scheme == "redis" || scheme == "rediss":
		r, err := redis.Open(ctx, address, log)
		if err != nil {
			return nil, nil, usage("redis-cli ping says whether it is there", "--backplane: %w", err)
		}
		return r, func() { _ = r.Close() }, nil
	case scheme == "nats" || scheme == "tls":
		n, err := nats.Open(ctx, address, history, log)
		if err != nil {
			return nil, nil, usage("nats-server --jetstream starts one", "--backplane: %w", err)
		}
		return n, n.Close, nil
	}
	return nil, nil, usage("such as redis://127.0.0.1:6379 or nats://127.0.0.1:4222", "--backplane %q is no address of Redis or NATS", address)
}

// serveNATS runs a NATS server. It writes a ready line as the other servers do, or its address.
func serveNATS(cmd *cobra.Command, o serveOptions) error {
	n, err := broker.ListenNATS(o.addr)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if o.ready {
		err = json.NewEncoder(out).Encode(wire.Ready{HTTP: n.Addr(), PID: os.Getpid()})
	} else {
		_, err = fmt.Fprintf(out, "NATS is at nats://%s. Ctrl-C stops it.\n", n.Addr())
	}
	if err != nil {
		return err
	}
	defer heed(cmd.Context())()
	return n.Serve(cmd.Context())
}
