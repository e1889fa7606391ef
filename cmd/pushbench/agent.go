package main

import (
	"fmt"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"pushbench/lab/agents"
)

// newAgent returns `pushbench agent`.
func newAgent() *cobra.Command {
	o, quiet := agents.Options{}, false
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Carry out parts of the load of a run elsewhere",
		Long: `Be one of the agents that carry out the load of a run together. The run is started
elsewhere, with --agents and the address of the same NATS server. An agent works for
one run at a time. It ends with Ctrl-C, or when its connection is lost.

Load goes to this machine, and to the hosts that --allow names. If the NATS server
wants a token, it is in the environment variable ` + agents.TokenVariable + `.

Exit status: 0 ended by a signal; 2 refused, or the connection was lost.`,
		Example: `  pushbench agent --join nats://10.0.0.1:4222 --allow 10.0.0.1
  # and on 10.0.0.1, where a NATS server runs:
  pushbench run broadcast --agents nats://10.0.0.1:4222 --address 10.0.0.1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.URL == "" {
				return usage("pushbench agent --join nats://HOST:4222", "agent needs --join and the address of a NATS server")
			}
			if err := isNATS("--join", o.URL); err != nil {
				return err
			}
			o.Build, o.Host = ownBuild()
			o.Token = os.Getenv(agents.TokenVariable)
			if o.Name == "" {
				o.Name = agentName()
			}
			if !quiet {
				o.Tell = func(what string) { say(cmd.ErrOrStderr(), "%s", what) }
			}
			defer heed(cmd.Context())()
			return agents.Join(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.URL, "join", "", "join the agents at the NATS server with this `URL`")
	f.StringVar(&o.Name, "name", "", "`NAME` of the agent, that of no other (default: machine and process)")
	f.StringArrayVar(&o.Allow, "allow", nil, "load may go to this `HOST`, too; may be repeated (default: to this machine alone)")
	f.BoolVar(&quiet, "quiet", false, "say nothing but errors")
	return cmd
}

// agentName names this machine and this process.
func agentName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "agent"
	}
	host = regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(host, "-")
	return fmt.Sprintf("%s-%d", host[:min(len(host), 50)], os.Getpid())
}
