package main

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/plots/claims"
	"pushbench/results"
	"pushbench/scenarios/claim"
)

// A single claim takes at most a minute, or says why it takes longer. Without root the
// scenarios over a network are not in the plan, so they are put on loopback here.
func TestClaimsAreQuick(t *testing.T) {
	all, err := claim.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		local := slices.Clone(c.Scenarios)
		var trips time.Duration
		for i, s := range local {
			local[i].Backplane = "" // it need not be installed; the nodes are counted all the same
			if s.Path != nil {
				trips += time.Duration(len(s.Cells())*s.Trials*s.Clients/s.Opening) * 6 * s.Path.Delay // at most three round trips
				local[i].Path = nil
			}
		}
		takes := trips + lab.Estimate((&lab.Runner{Scenarios: local, Targets: []target.Target{target.Builtin()}, Null: []string{"null"}}).Plan())
		seen, _ := observersOf([]claim.Claim{c})
		for _, o := range seen {
			takes += o.estimate
		}
		if long := takes > time.Minute; long != (c.Long != "") {
			t.Errorf("claim %d, %s, takes %s, and says of that %q", c.Number, c.Name, takes, c.Long)
		}
	}
}

// Each experiment that a claim names is there, and no other.
func TestExperimentsAreNamed(t *testing.T) {
	all, err := claim.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	named, unknown := observersOf(all)
	if unknown != nil || len(named) != len(observers) {
		t.Errorf("the claims name %d of %d experiments, and %q", len(named), len(observers), unknown)
	}
}

func TestSelectClaims(t *testing.T) {
	for _, c := range []struct {
		fact, want string
		args       []string
	}{
		{"a name", "sse-small", []string{"sse-small"}},
		{"a number", "sse-small", []string{"8"}},
		{"in their order", "sse-small polling-waste", []string{"8", "2"}},
	} {
		got, err := selectClaims(c.args)
		var names []string
		for _, one := range got {
			names = append(names, one.Name)
		}
		if err != nil || strings.Join(names, " ") != c.want {
			t.Errorf("%s: %q, %v", c.fact, names, err)
		}
	}
	for _, c := range []struct {
		fact, want string
		args       []string
	}{
		{"twice the same", "the claim sse-small is given twice", []string{"8", "sse-small"}},
		{"none of that name", `unknown claim "sse-smal"`, []string{"sse-smal"}},
		{"none of that number", `unknown claim "800"`, []string{"800"}},
		{"several mistakes at once", "did you mean sse-small", []string{"sse-smal", "900"}},
	} {
		if _, err := selectClaims(c.args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.fact, err)
		}
	}
}

// That a trial fails as was asked is no failure of the run.
func TestFailuresThatWereAskedFor(t *testing.T) {
	r := &results.Record{
		Targets: []results.Target{{Name: results.Builtin}}, Scenarios: []results.Scenario{{Name: "x", Variants: []string{"sse", "websocket"}}},
		Trials: []*results.Trial{{Scenario: "x", Target: results.Builtin, Variant: "websocket", Transport: "websocket", Number: 1, Failed: "426"}},
		Statements: []results.Statement{{Name: "s", Scenarios: []string{"x"}, Criterion: []results.Criterion{
			{Kind: results.FailsAt, Of: results.Subject{Variant: "websocket"}}}}},
	}
	if err := outcome(withoutAsked(r), nil, false, false); err != nil {
		t.Errorf("%v", err)
	}
	r.Trials[0].Variant = "sse"
	if err := outcome(withoutAsked(r), nil, false, false); err == nil {
		t.Error("a trial that was to succeed has failed")
	}
}

// TestReadmeQuotesTheClaims holds the README's table to the record that it comes from. With
// UPDATE_README=1 it writes it, and the section around it where there is none yet. Without a
// record there must be no section.
func TestReadmeQuotesTheClaims(t *testing.T) {
	const block, before = "<!-- claims -->\n", "## Real servers\n"
	rec, err := results.Load("../../results/claims")
	if errors.Is(err, fs.ErrNotExist) {
		if strings.Contains(read(t, "../../README.md"), block) {
			t.Error("README quotes claims, and there is no record")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if rec.Partial != "" {
		t.Errorf("the record of the claims is partial: %s", rec.Partial)
	}
	addSection(t, block, before, claimsSection)
	quotes(t, "claims", rec, claims.Brief)
}

// claimsSection is what stands around the table of claims.
const claimsSection = `## What people say

Articles, talks and books repeat the same statements about these transports. ` + "`pushbench claims`" + ` puts them to the
test. What has to come out for a statement to hold was written down before the run:
[scenarios/claim](scenarios/claim) has a file for each. [The whole report](results/claims/claims.md) shows every number
with its interval, controls and side questions, why it came out so, and where it may be otherwise.

<!-- claims -->
<!-- /claims -->

` + "```console" + `
$ pushbench claims --list     # what they say, what they need, how long they take
$ pushbench claims 8          # one of them, in less than a minute
$ make claims                 # all of them: 42 minutes, as root for those about networks
` + "```" + `

`
