package scenarios

import (
	"errors"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/scenarios/strict"
	"pushbench/servers/wire"
)

// An Expect is a bound that a scenario's author sets on a metric. It is
// judged for every cell that it covers, on the median of the valid trials.
type Expect struct {
	Text string // as written: "websocket: p99-sec <= 0.5"
	Who  Who    // which variants it is about
	results.Bound
}

// A Who is a transport or one variant of it. The zero value is every variant.
type Who struct {
	Name    string // the transport, or the variant's full name; empty: every variant
	Alone   bool   // Name is that of one variant, also where it is its transport's: sse/headers=bare is sse
	Variant wire.Variant
}

var expectForm = regexp.MustCompile(`^(?:([^\s:]+)\s*:)?(.*)$`)

// expect reads the list of expectations.
func (r *reader) expect(n *yaml.Node, path string) (es []Expect) {
	want := `a list such as ["websocket: p99-sec <= 0.5", "missed-events == 0"]`
	r.List(n, path, want, func(n *yaml.Node) {
		text, ok := r.Scalar(n, path, want)
		if !ok {
			return
		}
		e, message, hint := parseExpect(text)
		if message != "" {
			r.Wrong(n, path, message, hint)
			return
		}
		es = append(es, e)
	})
	return es
}

// parseExpect reads `[who:] metric op value`; message is empty when it can.
func parseExpect(text string) (e Expect, message, hint string) {
	e.Text = strings.TrimSpace(text)
	var err error
	if m := expectForm.FindStringSubmatch(e.Text); m == nil {
		err = results.ErrBound
	} else if e.Bound, err = results.ParseBound(m[2]); err == nil && m[1] != "" {
		e.Who, err = parseWho(m[1])
	}
	switch {
	case errors.Is(err, results.ErrBound):
		return e, "cannot read the expectation " + strict.Quote(text), "[variant:] metric <= value, for example websocket: p99-sec <= 0.5"
	case err != nil:
		return e, err.Error(), ""
	}
	return e, "", ""
}

// neverMeasures says why no trial of s can have the metric of e, or nothing.
func (s Scenario) neverMeasures(e Expect) (why string) {
	for _, c := range s.Cells() {
		if e.Who.Covers(string(c.Variant.Transport), c.Variant.String()) {
			if why = c.Lacks(e.Metric); why == "" {
				return ""
			}
		}
	}
	return why
}

// Lacks says why no trial of c can have the metric, or nothing.
func (c Cell) Lacks(unit string) string {
	m, _ := results.MetricByUnit(unit)
	switch {
	case m.WhyNever(string(c.Variant.Transport)) != "":
		return m.WhyNever(string(c.Variant.Transport))
	case unit == "tls-sec" && !c.Variant.On(wire.TLS):
		return "only variants with tls or resume can have it"
	case strings.HasPrefix(unit, "slow-") && c.Scenario.Slow.Clients == 0:
		return "only scenarios with slow: can have it"
	case isRecovery(unit) && c.Scenario.Reconnect == nil:
		return "only scenarios with a fault, or with reconnect, can have it"
	case unit == "uncorrected-p99-sec" && c.Scenario.Stall.For == 0:
		return "only scenarios with a stall can have it"
	}
	return ""
}

// parseWho reads a transport, or a variant's full name.
func parseWho(name string) (Who, error) {
	v, err := wire.ParseVariant(name)
	if err != nil {
		return Who{}, err
	}
	if wire.Transport(name).Known() {
		return Who{Name: name, Variant: v}, nil
	}
	return Who{Name: v.String(), Alone: true, Variant: v}, nil
}

// Covers reports whether w has the transport's variant of that name.
func (w Who) Covers(transport, variant string) bool {
	return w.Name == "" || w.Name == variant || !w.Alone && w.Name == transport
}

// isRecovery reports whether a metric is of clients that come back.
func isRecovery(unit string) bool {
	switch unit {
	case "reconnect-p50-sec", "reconnect-p99-sec", "reconnect-max-sec", "listen-drops", "reconnect-open-p99-sec", "recover-p99-sec", "reconnect-B", "reconnects/client", "disconnected-share", "server-cpu-after-sec":
		return true
	}
	return false
}
