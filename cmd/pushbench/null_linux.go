package main

import (
	"encoding/json"
	"os"

	"github.com/spf13/cobra"

	"pushbench/servers/null"
)

// serveNull runs a null server.
func serveNull(cmd *cobra.Command, o serveOptions) error {
	credit := os.NewFile(3, "credit")
	if _, err := credit.Stat(); err != nil {
		return usage("it is for a run to start", "--null wants its credit as descriptor 3: %v", err)
	}
	server, err := null.Listen(null.Options{Addr: o.addr, TCPAddr: o.tcp, Expose: o.expose, TLS: o.tls, Payload: o.payload, Credit: credit})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(cmd.OutOrStdout()).Encode(server.Ready()); err != nil {
		return err
	}
	defer heed(cmd.Context())()
	return server.Serve(cmd.Context())
}
