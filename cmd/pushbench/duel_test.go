package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pushbench/lab/duel"
	"pushbench/results"
	"pushbench/results/gate"
)

// Ctrl-C is no verdict, whatever there is already.
func TestDuelIsInterrupted(t *testing.T) {
	worse := besides(feed(t), func(trial *results.Trial) { trial.Server.CPU *= 1.5 })
	cut := later(besides(feed(t), func(*results.Trial) {}))
	cut.Partial = "interrupted"
	unconfirmed, err := duel.Decide(worse, cut, gate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		about string
		c     *gate.Comparison
		kept  bool
		says  string
		shown string
	}{
		{"before anything was measured", nil, false, "interrupted before anything was measured", ""},
		{"in the first measurement", nil, true, "interrupted: no verdict; what was measured is in ", ""},
		{"in the second one", unconfirmed, true, "interrupted: no change is confirmed; what was measured is in ", "did not come to its end"},
	} {
		dir := t.TempDir()
		if tt.kept {
			dir = saved(t, worse)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		cmd := newDuel(nil)
		var stdout bytes.Buffer
		cmd.SetOut(&stdout)
		cmd.SetContext(ctx)
		err := duelOptions{}.end(cmd, &duel.Job{Dir: dir}, tt.c, ctx.Err())
		var end *exitError
		if !errors.As(err, &end) || end.status != exitUsage || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", tt.about, err, tt.says)
		}
		if out := strings.Join(strings.Fields(stdout.String()), " "); !strings.Contains(out, tt.shown) || (tt.shown == "") != (out == "") {
			t.Errorf("%s: %q is shown, want %q", tt.about, out, tt.shown)
		}
		if _, err := os.Stat(filepath.Join(dir, "compare.json")); (err == nil) != (tt.c != nil) {
			t.Errorf("%s: compare.json: %v", tt.about, err)
		}
	}
}

// What repeats a comparison has every flag that its verdict depends on.
func TestDuelIsRepeated(t *testing.T) {
	var sides [2]*duel.Side
	for i := range sides {
		s, err := duel.OpenSide(t.Context(), ".", "builtin", ownServers, nil)
		if err != nil {
			t.Fatal(err)
		}
		sides[i] = s
	}
	for _, tt := range []struct{ args, want string }{
		{"", "pushbench duel --time 10m0s --seed 7 builtin builtin"},
		{"--accept sse:data-B/event --no-confirm --strict --blocks 12 --generator each",
			"pushbench duel --blocks 12 --generator each --accept sse:data-B/event --no-confirm --strict --time 10m0s --seed 7 builtin builtin"},
		{"--accept-file=", "pushbench duel --accept-file= --time 10m0s --seed 7 builtin builtin"},
	} {
		o := duelOptions{seed: 7}
		cmd := newDuelOf(&o)
		if err := cmd.ParseFlags(append(strings.Fields(tt.args), "--seed", "7")); err != nil {
			t.Fatal(err)
		}
		if got := o.reproduce(sides); got != tt.want {
			t.Errorf("%s:\n%s, want\n%s", tt.args, got, tt.want)
		}
	}
}
