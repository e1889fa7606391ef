package agents

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen"
	"pushbench/results"
)

// Whatever an agent says, the trial comes to an end: what cannot be is a failure, and expected
// is what the plan says.
func FuzzMessage(f *testing.F) {
	report := &results.Trial{Variant: "sse", Transport: "sse", Parts: &results.Parts{}}
	report.Deliveries = results.Deliveries{Offered: 3, Published: 3, Expected: 6, Delivered: 6}
	report.Connection.Opened = 2
	_ = report.Latency.Record(time.Millisecond)
	report.Trust.Stamps.Kernel = 1
	for _, m := range []message{
		{Say: sayStage, Agent: "a", Trial: 1, Stage: loadgen.Ready},
		{Say: sayAlive, Agent: "a", Trial: 1},
		{Say: sayReport, Agent: "a", Trial: 1, Report: report},
		{Say: sayReport, Agent: "a", Trial: 1, Error: "no server"},
		{Say: sayReport, Agent: "b", Trial: 1, Report: report},
		{Say: sayReport, Agent: "a", Trial: 2, Report: report},
	} {
		text, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"Say":"report","Agent":"a","Trial":1,"Report":{"parts":{"others_early":-5},"deliveries":{"delivered":-1}}}`))
	f.Add([]byte(`{"Agent":"a","Trial":1,"Report":{"latency":{"count":1}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		crew := &Crew{trials: 1}
		a := newAttempt(crew, []member{{hello: hello{Name: "a"}}}, nil, []loadgen.Share{{Clients: 2, Events: 3, Expected: 6, Measured: 1}})
		a.hear(&nats.Msg{Data: text})
		a.hear(&nats.Msg{Data: text}) // once more
		trial := &results.Trial{Transport: "sse"}
		trial.Merge(a.parts)
		d := trial.Deliveries
		if d.Expected != 6 || d.Missed != 6-d.Delivered {
			t.Errorf("%+v", d)
		}
		if whole := d.Delivered == 6; trial.Failed == "" && !whole {
			t.Errorf("%d deliveries, and the trial has not failed", d.Delivered)
		}
	})
}
