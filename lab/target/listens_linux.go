package target

import (
	"fmt"
	"strings"

	"pushbench/lab/process"
	"pushbench/targets"
)

// elsewhere is a hint for a program that does not listen at its port: it names the addresses
// at which the program listens. It is empty where these cannot be read, and where the program
// does listen at the port.
func elsewhere(tree *process.Tree, p *targets.Process, port int) string {
	pids, err := tree.Processes(nil)
	if err != nil {
		return ""
	}
	var at []string
	for _, a := range process.Listening(pids) {
		if int(a.Port()) == port && (a.Addr().IsUnspecified() || a.Addr().IsLoopback() && a.Addr().Is4()) {
			return ""
		}
		at = append(at, a.String())
	}
	switch {
	case at == nil:
		return "the program listens at no port: ready: {within: 1m} waits longer for it"
	case p.Chosen():
		return fmt.Sprintf("the program listens at %s, and not at the port that is {port} in start: and PORT in its environment", strings.Join(at, " and "))
	}
	return fmt.Sprintf("the program listens at %s, and url: in the target file names another address", strings.Join(at, " and "))
}
