package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pushbench/results"
	"pushbench/results/estimate"
	"pushbench/results/safe"
	"pushbench/servers/wire"
)

// baselineDir is the committed record, in a checkout of this project.
const baselineDir = "results/baseline"

// What a load can be at most: what lies above is a slip of the keyboard.
const (
	mostClients = 1_000_000_000
	mostRate    = 1_000_000
	mostPayload = 1 << 20 // of an event, in our servers
)

// The loads of a map.
var (
	mapClients = []int{10, 100, 1000, 10_000, 100_000}
	mapRates   = []float64{0.01, 0.1, 1, 10, 100}
)

func newEstimate() *cobra.Command {
	var (
		l        = estimate.Load{}
		interval time.Duration
		record   string
		target   string
		asMap    bool
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "estimate",
		Short: "Tell what your load would cost on each transport",
		Long: `Tell what your load would cost on each transport: bytes a month, server cores,
memory, how late events are. Nothing is measured. The numbers come from a record
and from exact formulas. Where your load lies beyond what was measured, it says so.`,
		Example: `  pushbench estimate --clients 10000 --rate 2 --payload 300
  pushbench estimate --clients 400 --topics 20 --rate 1 --interval 500ms
  pushbench estimate --clients 10000 --rate 2 --map    # the cheapest, by clients and rate
  pushbench estimate --clients 10000 --rate 2 --record results/runs/latest --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l.Interval = interval.Seconds()
			if err := checkLoad(cmd, l, interval); err != nil {
				return err
			}
			path, err := recordFor(cmd, record)
			if err != nil {
				return err
			}
			r, err := results.Load(path)
			if errors.Is(err, fs.ErrNotExist) {
				return usage("--record is the directory of a run, or its run.json", "%s: no run there", path)
			}
			if err != nil {
				return err
			}
			basis, err := basisOf(cmd, r, path, target)
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("payload") && basis.Usual.Payload > 0 {
				l.Payload = basis.Usual.Payload
			}
			if !cmd.Flags().Changed("interval") {
				l.Interval = basis.Usual.Interval
			}
			a := answer{Load: l, Packets: basis.Packets, Estimates: basis.For(l), Record: restsOn{ID: r.ID, Target: basis.Target,
				Began: r.Began, CPU: r.Provenance.CPU, Cores: r.Provenance.Cores, Path: path}}
			if asMap {
				a.Maps = basis.Maps(l, mapClients, mapRates)
			}
			if asJSON {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetIndent("", "  ")
				return enc.Encode(a)
			}
			return a.write(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.IntVar(&l.Clients, "clients", 0, "`N` clients, connected all the time")
	f.Float64Var(&l.Rate, "rate", 0, "`R` events per second that each client gets; 0: idle connections")
	f.IntVar(&l.Payload, "payload", 128, "`BYTES` of an event (default: as most trials of the record)")
	f.DurationVar(&interval, "interval", 500*time.Millisecond, "polling asks every `TIME` (default: as most trials of the record)")
	f.IntVar(&l.Topics, "topics", 1, "spread the clients over `N` topics, each with its own events")
	f.StringVar(&record, "record", "", "estimate from the run in `DIR` (default: the newest under "+runsDir+", else "+baselineDir+")")
	f.StringVar(&target, "target", "", "estimate from what the record has of target `NAME` (default: "+results.Builtin+", else the first)")
	f.BoolVar(&asMap, "map", false, "show which transport is the cheapest, by clients and rate")
	f.BoolVar(&asJSON, "json", false, "write JSON, in seconds and bytes, with the source and the bounds of each number")
	return cmd
}

// checkLoad refuses a load that nobody can mean.
func checkLoad(cmd *cobra.Command, l estimate.Load, interval time.Duration) error {
	for _, name := range []string{"clients", "rate"} {
		if !cmd.Flags().Changed(name) {
			return usage("pushbench estimate --clients 10000 --rate 2", "estimate needs --%s", name)
		}
	}
	whole := func(name string, v, most int) error {
		if v < 1 || v > most {
			return usage("pushbench estimate --help", "--%s must be a whole number between 1 and %d, not %d", name, most, v)
		}
		return nil
	}
	least := time.Duration(estimate.Least * float64(time.Second))
	_, most := wire.Interval.Bounds()
	switch {
	case l.Rate != 0 && !(l.Rate >= 1e-6 && l.Rate <= mostRate):
		return usage("0.1 is an event every ten seconds", "--rate must be 0 or a number between 0.000001 and %d, not %g", mostRate, l.Rate)
	case interval < least:
		return usage("faster polls share acknowledgments, and the closed forms end there", "--interval must be %s or more, not %s", least, interval)
	case interval > most:
		return usage("no scenario polls less often", "--interval must be %s or less, not %s", strings.TrimSuffix(most.String(), "0s"), interval)
	}
	return cmp.Or(whole("clients", l.Clients, mostClients), whole("payload", l.Payload, mostPayload),
		whole("topics", l.Topics, max(1, l.Clients)))
}

// basisOf is what the record has of the target that was asked for.
func basisOf(cmd *cobra.Command, r *results.Record, path, target string) (*estimate.Basis, error) {
	basis, names := estimate.From(r), estimate.Targets(r)
	if cmd.Flags().Changed("target") {
		if !slices.Contains(names, target) {
			return nil, usage("its targets: "+safe.Line(strings.Join(names, ", ")), "%s has no trial of target %s", path, safe.Line(target))
		}
		basis = estimate.Of(r, target)
	}
	if basis.Transports == nil {
		return nil, usage("pushbench run makes a record of the default suite", "%s has no valid trial of target %s and a transport without settings",
			path, safe.Line(basis.Target))
	}
	return basis, nil
}

// recordFor is where the record is: as the flag says, the newest run, or the
// committed baseline.
func recordFor(cmd *cobra.Command, flag string) (string, error) {
	if cmd.Flags().Changed("record") {
		if flag == "" {
			return "", usage("--record is the directory of a run, or its run.json", "the name of the run is empty")
		}
		return flag, nil
	}
	runs, err := filepath.Glob(filepath.Join(runsDir, "*", results.FileName))
	if err != nil {
		return "", err
	}
	if runs != nil {
		return newestRun(runsDir, cmd.ErrOrStderr())
	}
	if _, err := os.Stat(filepath.Join(baselineDir, results.FileName)); err == nil {
		return baselineDir, nil
	}
	return "", usage("pushbench run makes one; --record DIR names one elsewhere", "no run under %s", runsDir)
}

// An answer is what the command says.
type answer struct {
	Load      estimate.Load       `json:"load"`
	Record    restsOn             `json:"record"`
	Packets   string              `json:"packets"`
	Estimates []estimate.Estimate `json:"estimates"`
	Maps      []estimate.Map      `json:"maps,omitempty"`
}

// restsOn is the record that an answer rests on.
type restsOn struct {
	ID     string    `json:"id"`
	Target string    `json:"target"`
	Began  time.Time `json:"began"`
	CPU    string    `json:"cpu"`
	Cores  int       `json:"cores"`
	Path   string    `json:"path"`
}

func (r restsOn) String() string {
	return fmt.Sprintf("run %s of %s, target %s, %s, %d core%s (%s)", safe.Line(r.ID), r.Began.UTC().Format(time.DateOnly), safe.Line(r.Target),
		safe.Line(r.CPU), r.Cores, plural(r.Cores), safe.Line(r.Path))
}
