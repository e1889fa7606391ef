package results

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/perf/benchfmt"

	"pushbench/results/safe"
)

// BenchstatAgainst are the flags with which benchstat compares two runs. What may
// differ between them without a word, because it says who ran what and not how
// (commit, host, patch level of the kernel), heads the columns, so that a reader
// sees it. Any other key that differs keeps results apart, in tables that name it.
const BenchstatAgainst = "-col .file,commit,host,kernel"

// WriteBenchmarks writes the record in the Go benchmark format, which benchstat
// reads: https://go.dev/design/14313-benchmark-format. Each valid trial is one
// line, named by its settings, with every metric that it has:
//
//	BenchmarkPushbench/scenario=live-feed/target=builtin/transport=polling/interval=500ms/clients=500 25000 0.2501 p50-sec ...
//
// The iterations are the deliveries of the window. What must agree for two
// results to compare (machine, scenario) is in configuration keys, and so is what
// is only told ([BenchstatAgainst]);
// what differs from run to run, and trials that failed or did not run, are
// comments. It returns the error of w.
func WriteBenchmarks(w io.Writer, r *Record) error {
	var b bytes.Buffer
	writeBenchComments(&b, r)
	out := benchfmt.NewWriter(&b)
	for _, m := range Metrics() {
		for _, meta := range [][2]string{{"better", m.Better}, {"assume", m.Assume}} {
			if meta[1] == "" {
				continue
			}
			// Write fails only when its writer does, and a buffer does not.
			_ = out.Write(&benchfmt.UnitMetadata{
				UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: m.Unit, Key: meta[0]},
				OrigUnit:        m.Unit, Value: meta[1],
			})
		}
	}
	b.WriteByte('\n')
	config := benchConfig(r)
	for _, c := range r.Cells() {
		for _, t := range c.Trials {
			_ = out.Write(&benchfmt.Result{
				Config: append(config, trialConfig(r, t)...),
				Name:   benchfmt.Name(benchName(t)), Iters: int(max(1, t.Deliveries.InWindow)), Values: benchValues(t),
			})
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeBenchComments writes lines that every reader of the format skips.
func writeBenchComments(w io.Writer, r *Record) {
	line := func(format string, args ...any) {
		fmt.Fprintln(w, "#", benchText(fmt.Sprintf(format, args...)))
	}
	line("pushbench %s, run %s, seed %d: %s", r.Provenance.Version, r.ID, r.Seed, safe.Command(r.Provenance.Command...))
	if r.Partial != "" {
		line("partial: %s", r.Partial)
	}
	for _, n := range r.NotRun {
		line("not run: %s %s %s %s: %s", n.Scenario, n.Point, n.Target, n.Variant, n.Reason)
	}
	for _, t := range r.Trials {
		if t.Failed != "" {
			line("failed: %s trial %d: %s", benchName(t), t.Number, t.Failed)
		}
	}
	line("transports side by side: benchstat -col /transport,/interval bench.txt")
	if len(r.Targets) > 1 {
		line("targets side by side: benchstat -col /target bench.txt")
	}
	line("this run against another: benchstat %s old/bench.txt bench.txt", BenchstatAgainst)
	fmt.Fprintln(w)
}

// benchText is the one way of text into the format: one line, short enough for
// every reader (benchstat takes no line of more than 64 kB).
func benchText(s string) string {
	return strings.Join(strings.Fields(safe.Brief(s, 1000)), " ")
}

// benchConfig is the configuration that all results of a record share.
func benchConfig(r *Record) []benchfmt.Config {
	p, g := r.Provenance, r.Provenance.Granted
	goos, goarch, _ := strings.Cut(p.OS, "/")
	var all []benchfmt.Config
	for _, kv := range [][2]string{
		{"schema", fmt.Sprint(r.Schema)}, {"commit", p.Commit}, {"go", p.GoVersion}, {"goos", goos}, {"goarch", goarch}, {"kernel", p.Kernel},
		{"host", p.Host}, {"cpu", p.CPU}, {"cores", fmt.Sprint(p.Cores)}, {"congestion", p.Congestion},
		{"governor", p.Governor}, {"path", p.Path},
		{"gomaxprocs", number(float64(g.Procs))}, {"gogc", gogc(g.GC)}, {"gomemlimit", number(float64(g.MemoryLimit))},
		{"godebug", g.Debug}, {"cpu-quota", number(g.Quota)}, {"affinity", g.Affinity},
	} {
		if v := benchText(kv[1]); v != "" {
			all = append(all, benchfmt.Config{Key: kv[0], Value: []byte(v), File: true})
		}
	}
	return all[:len(all):len(all)]
}

// trialConfig is the configuration of one trial's results.
func trialConfig(r *Record, t *Trial) []benchfmt.Config {
	all := []benchfmt.Config{{Key: "scenario-hash", Value: []byte(r.hash(t.Scenario)), File: true}}
	if n := t.AgentCount(); n > 0 {
		all = append(all, benchfmt.Config{Key: "agents", Value: fmt.Append(nil, n), File: true})
	}
	return all
}

// number is v as a key's value, and none for 0.
func number(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// gogc is GOGC as the environment says it.
func gogc(percent int) string {
	if percent < 0 {
		return "off"
	}
	return number(float64(percent))
}

// benchName is the benchmark's name of a trial: settings as key=value, flags
// as key=on. The clients come last, so that no name ends in "-" and digits,
// which the format takes for GOMAXPROCS.
func benchName(t *Trial) string {
	name := "Pushbench"
	add := func(key, value string) {
		name += "/" + benchWord(key) + "=" + benchWord(value)
	}
	add("scenario", t.Scenario)
	add("target", t.Target)
	add("transport", t.Transport)
	for _, s := range t.Settings.Named() {
		add(s.Name, cmp.Or(s.Text(), "on"))
	}
	if t.Point != "" && t.Sweep != "clients" && t.Sweep != "interval" {
		add(t.Sweep, t.Point)
	}
	add("clients", fmt.Sprint(t.Load.Clients))
	return name
}

// benchWord replaces what would end a part of a name.
func benchWord(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '/' {
			return '_'
		}
		return r
	}, benchText(s))
}

func benchValues(t *Trial) []benchfmt.Value {
	var all []benchfmt.Value
	for _, m := range Metrics() {
		if v, ok := m.Value(t); ok {
			all = append(all, benchfmt.Value{Value: v, Unit: m.Unit})
		}
	}
	return all
}

// hash is the first 16 digits of the scenario's, which is enough to tell two
// scenarios apart.
func (r *Record) hash(scenario string) string {
	for _, s := range r.Scenarios {
		if s.Name == scenario {
			return benchText(s.Hash[:min(16, len(s.Hash))])
		}
	}
	return "unknown"
}
