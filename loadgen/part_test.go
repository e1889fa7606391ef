package loadgen

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
)

// The plan alone says what each part is to do.
func TestShares(t *testing.T) {
	o := Options{
		Target: Target{HTTP: "127.0.0.1:1"}, Variant: variant(t, "sse"), Clients: 5, Topics: 3, Rate: 10, Payload: 64, Retained: 1,
		Warmup: time.Second, Window: 2 * time.Second,
	}
	got, err := o.Shares(2)
	if err != nil {
		t.Fatal(err)
	}
	// 3 retained events and 30 more, 11 of each topic; of the 20 in the window topic 0 has 6 and the others 7.
	want := []Share{
		{Clients: 3, Topics: 2, Events: 22, Expected: 33, Measured: 7 + 7 + 6},
		{Clients: 2, Topics: 1, Events: 11, Expected: 22, Measured: 7 + 6},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n, err := o.Length(); err != nil || n != lead+3*time.Second {
		t.Errorf("%s, %v", n, err)
	}
	o.Variant = variant(t, "polling/interval=4s")
	if n, err := o.Length(); err != nil || n != lead+6*time.Second {
		t.Errorf("polling: %s, %v", n, err)
	}
}

func TestUndivided(t *testing.T) {
	for want, change := range map[string]func(*Options){
		"": func(*Options) {},
		"2 clients cannot be shared out among 3 agents":                                                func(o *Options) { o.Clients = 2 },
		"clients that publish into one topic in turn are in one load generator":                        func(o *Options) { o.Send = 1 },
		"a server that is started again, or a proxy that reloads, has one load generator":              func(o *Options) { o.Fault.Kind = results.FaultRestart },
		"what is lost to clients that begin with new events is told by one load generator":             func(o *Options) { o.Reconnect = &Reconnect{Forget: true} },
		"clients that share a connection are in one load generator":                                    func(o *Options) { o.Variant = variant(t, "sse/http=2/streams=2") },
		"trials that run side by side have one load generator":                                         func(o *Options) { o.Together = NewTogether(1) },
		"a trial through a proxy has one load generator":                                               func(o *Options) { o.Target.Front = &Front{} },
		"clients that read slowly are beside all others, in one load generator":                        func(o *Options) { o.Slow.Clients = 1 },
		"clients that resume TLS sessions have them from the first one, and are in one load generator": func(o *Options) { o.Variant = variant(t, "sse/tls/resume") },
	} {
		o := Options{Variant: variant(t, "sse"), Clients: 6, Topics: 3}
		change(&o)
		got := ""
		if err := o.Undivided(3); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
