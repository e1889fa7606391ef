package broker

import (
	"context"
	"os/exec"
	"regexp"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pushbench/scenarios"
)

// redisServer is the program of Debian's package of the same name.
const redisServer = "redis-server"

// Missing says why a broker of a kind cannot be started here, with what helps, or nothing.
func Missing(kind string) string {
	if kind != scenarios.BackplaneRedis {
		return ""
	}
	if _, err := exec.LookPath(redisServer); err != nil {
		return "redis is not installed: apt install redis-server"
	}
	return ""
}

// versionWithin is how long Redis may take to tell its version.
const versionWithin = 5 * time.Second

var number = regexp.MustCompile(`v=([0-9]+\.[0-9]+[^\s]*)`)

// Version is that of a broker; empty: it does not tell.
func Version(ctx context.Context, kind string) string {
	if kind == scenarios.BackplaneNATS {
		return server.VERSION
	}
	ctx, cancel := context.WithTimeout(ctx, versionWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, redisServer, "--version")
	cmd.WaitDelay = time.Second
	out, _ := cmd.Output() // what it says counts, whatever its status
	if found := number.FindSubmatch(out); found != nil {
		return string(found[1])
	}
	return ""
}
