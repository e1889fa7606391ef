package target

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"pushbench/lab/process"
	"pushbench/results/safe"
	"pushbench/targets"
)

// unready is err with a hint, or with the reason why no package exists for the target; it
// is that of ctx where that is done.
func unready(ctx context.Context, f *targets.File, err error, hint string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if hint == "" && f.Untested != "" {
		hint = f.Untested
	}
	return &Unready{err, hint}
}

// installing says what to install for f: the Debian packages that are not, and, where the
// program did not run, what else the file says. It is empty where nothing is known to help.
func installing(ctx context.Context, f *targets.File, whole bool) string {
	var steps []string
	if missing := notInstalled(ctx, f.Install.Debian); len(missing) > 0 {
		steps = append(steps, safe.Command(append([]string{"apt-get", "install"}, missing...)...))
	}
	if whole && len(f.Install.Run) > 0 {
		var commands []string
		for _, c := range f.Install.Run {
			commands = append(commands, safe.Command(c...))
		}
		steps = append(steps, strings.Join(commands, " && ")+" in "+directory(f))
	}
	if steps == nil {
		return ""
	}
	return "install what it needs: " + strings.Join(steps, ", and ")
}

// directory is that of the file, in which its commands to install run.
func directory(f *targets.File) string {
	dir := filepath.Dir(f.Path)
	if whole, err := filepath.Abs(dir); err == nil {
		return whole
	}
	return dir
}

// notInstalled are those of the Debian packages that are not installed, or that cannot be
// told to be. One that another one of them provides is not missing.
func notInstalled(ctx context.Context, packages []string) []string {
	if len(packages) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	out, _ := process.Output(ctx, "", append([]string{"dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}${Package}, ${Provides}\n"}, packages...)) // it fails where one is not known
	installed := map[string]bool{}
	for line := range strings.Lines(out) {
		state, names, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || state != "ii" {
			continue
		}
		for name := range strings.SplitSeq(names, ",") {
			name, _, _ = strings.Cut(strings.TrimSpace(name), " ") // without its version
			installed[name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(packages), func(p string) bool { return installed[p] || onPath(p) })
}

// onPath reports whether the program of a package is there without the package. Node.js from
// elsewhere has npm with it, and cannot be installed together with Debian's npm.
func onPath(name string) bool {
	program := map[string]string{"nodejs": "node", "npm": "npm"}[name]
	_, err := exec.LookPath(program)
	return program != "" && err == nil
}

// A client asks whether a server is ready.
type client struct{ http.Client }

// newClient returns one that trusts what f says.
func newClient(f *targets.File) (*client, error) {
	config := &tls.Config{InsecureSkipVerify: f.Dialect.Insecure}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate", f.CA)
		}
	}
	return &client{http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: config},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// probe asks once. The error says what is wrong with the answer.
func (c *client) probe(ctx context.Context, address string, statuses []int) error {
	return process.Probe{Client: &c.Client, URL: address, Statuses: statuses}.Ask(ctx)
}

// await asks until the program is ready, has ended or its time is over. The error is that
// of the last probe.
func (c *client) await(ctx context.Context, tree *process.Tree, p *targets.Process, port int) error {
	return tree.Await(ctx, process.Probe{
		Client: &c.Client, URL: p.Asked(port), Statuses: p.Ready.Statuses, Within: p.Ready.Within, Port: port,
	})
}

// choosePort returns a port for p: its own, or one that nobody has.
func choosePort(p *targets.Process) (int, error) {
	if p.Chosen() {
		return process.FreePort()
	}
	_, port, err := splitHostPort(p.Address(0))
	return int(port), err
}

// accepts reports whether somebody accepts connections at an address.
func accepts(ctx context.Context, address string) bool {
	d := net.Dialer{Timeout: answerWithin}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = c.Close() // nothing was written to it
	return true
}

func splitHostPort(address string) (host string, port uint16, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.ParseUint(text, 10, 16)
	return host, uint16(n), err
}

// lookup returns the addresses of a host; a number is its own.
func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for i := range all {
		all[i] = all[i].Unmap()
	}
	return all, err
}
