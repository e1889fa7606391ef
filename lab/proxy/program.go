package proxy

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"time"

	"pushbench/scenarios/front"
)

// A program is how one of package front is run.
type program struct {
	binary  string
	file    string                               // name of its configuration
	command func(file string, at Place) []string // without the binary
	version string                               // the argument by which it tells its version
	within  time.Duration                        // it is ready
}

// programs are those of package front, by name.
var programs = map[string]program{
	"nginx": {"nginx", "nginx.conf", func(file string, at Place) []string {
		return []string{"-e", "stderr", "-p", at.Dir, "-c", file}
	}, "-v", readyWithin},
	"haproxy": {"haproxy", "haproxy.cfg", haproxy, "-v", readyWithin},
	"apache": {"apache2", "apache.conf", func(file string, _ Place) []string {
		return []string{"-f", file, "-D", "FOREGROUND"}
	}, "-v", readyWithin},
	"caddy": {"caddy", "Caddyfile", func(file string, _ Place) []string {
		return []string{"run", "--adapter", "caddyfile", "--config", file}
	}, "version", readyWithin},
	// It compiles its configuration with a C compiler.
	"varnish": {"varnishd", "default.vcl", varnishd, "-V", 3 * readyWithin},
}

// readyWithin is how soon a program answers.
const readyWithin = 10 * time.Second

// haproxy are the arguments of HAProxy. To reload its configuration it needs a process that
// starts those which forward.
func haproxy(file string, at Place) []string {
	if at.Reloads {
		return []string{"-W", "-db", "-f", file}
	}
	return []string{"-db", "-f", file}
}

// varnishd are the arguments of Varnish, whose timeouts and protocols are not in its
// configuration.
func varnishd(file string, at Place) []string {
	orders := "none"
	if at.Reloads {
		orders = at.Host() + ":0"
	}
	args := []string{"-F", "-j", "none", "-n", at.Dir + "/work", "-a", at.Listen, "-T", orders, "-s", "malloc,64m",
		"-f", file}
	if at.Cured() {
		args = append(args, "-p", "pipe_timeout=3600", "-p", "send_timeout=3600", "-p", "idle_send_timeout=3600")
	}
	if at.HTTP2 {
		args = append(args, "-p", "feature=+http2")
	}
	return args
}

// find returns the path of a binary: where the system has its daemons, too, which is not in
// the path of an ordinary user.
func find(binary string) (string, error) {
	path, err := exec.LookPath(binary)
	if err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if path, err := exec.LookPath(dir + "/" + binary); err == nil {
			return path, nil
		}
	}
	return "", err
}

// Missing says why p cannot be started here, with what helps, or nothing.
func Missing(p front.Proxy) string {
	if _, err := find(programs[p.Program].binary); err == nil {
		return ""
	}
	known, _ := front.Find(p.Program)
	return fmt.Sprintf("%s is not installed: apt install %s", p.Program, known.Package)
}

// versionWithin is how long a program may take to tell its version.
const versionWithin = 5 * time.Second

var number = regexp.MustCompile(`[0-9]+\.[0-9]+[^\s,()]*`)

// Version asks the program of that name for its version; empty: it is not installed, or does
// not tell.
func Version(ctx context.Context, name string) string {
	p := programs[name]
	path, err := find(p.binary)
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, versionWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, p.version)
	cmd.Env = append(os.Environ(), "HOME="+os.TempDir()) // Caddy wants one
	cmd.WaitDelay = time.Second
	out, _ := cmd.CombinedOutput() // what it says counts, whatever its status
	return string(number.Find(out))
}
