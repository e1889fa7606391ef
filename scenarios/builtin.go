package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Builtin returns the embedded scenarios, those of the default suite first,
// each suite in the order in which a report is best read.
func Builtin() ([]Scenario, error) {
	var all []Scenario
	for _, name := range builtin {
		text, err := fs.ReadFile(files, name+".yaml")
		if err != nil {
			return nil, err
		}
		s, err := Parse(name, BuiltinFile, text)
		if err != nil {
			return nil, fmt.Errorf("built-in scenario %s: %w", name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// builtin is the order of reading: what people ask first, then the sweeps,
// then what only the full suite has.
var builtin = strings.Fields(`
	live-feed quiet burst connect connect-storm
	sweep-clients sweep-payload sweep-rate sweep-interval
	browser-headers etag pacing tls quiet-long many-clients slow-consumer no-slow-consumer
	sweep-clients-fine sweep-payload-fine sweep-rate-fine sweep-interval-fine
	nodes
	truth-small truth-large truth-loss truth-fifty truth-five-hundred
	two-bytes five-updates boundaries rfc6202 staleness stall idle-memory rtt-50ms rtt-150ms rtt-300ms
	gate
	gate-polling
	broadcast hold
	two-hundred-thousand reconnect-storm reconnect-storm-1s reconnect-storm-10s reconnect-storm-60s
`)
