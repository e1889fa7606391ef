package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A new setting is one row of the table: it is parsed, bounded, named, recorded,
// read back and in bench.txt without another line anywhere.
func TestNewSettingIsOneRow(t *testing.T) {
	patience := wire.AddDuration(t, wire.Setting{
		Name: "patience", Default: "1s", Least: time.Millisecond, Most: time.Minute,
		Transports: []wire.Transport{wire.SSE}, About: "how long a client waits before it connects again",
	})
	v, err := wire.ParseVariant("sse/patience=1500ms/tls")
	if err != nil || v.String() != "sse/tls/patience=1.5s" || v.Duration(patience) != 1500*time.Millisecond {
		t.Fatalf("%s, %v", v, err)
	}
	if again, err := wire.ParseVariant("sse/tls/patience=1.5s"); err != nil || again != v {
		t.Errorf("%s does not read back: %s, %v", v, again, err)
	}
	for text, want := range map[string]string{
		"sse/patience=2h":    `setting "patience" is between 1ms and 1m0s, not 2h`,
		"sse/patients=2s":    `sse has no setting "patients": it has http, streams, headers, tls, resume, compress, binary, patience`,
		"polling/patience=1": `polling has no setting "patience"`,
	} {
		if _, err := wire.ParseVariant(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	nearest := func(word string, known []string) string {
		for _, k := range known {
			if k[:3] == word[:3] {
				return k
			}
		}
		return ""
	}
	if got := wire.Mend("sse/patients=2s", nearest); got != "sse/patience=2s" {
		t.Errorf("mended to %q", got)
	}

	trial := recorded(t, v)
	if got := trial.Settings.Seconds("patience"); got != 1.5 || !trial.Settings.On("tls") {
		t.Errorf("the record has %+v", trial.Settings)
	}
	if got := bench(t, trial); !strings.Contains(got, "BenchmarkPushbench/scenario=s/target=builtin/transport=sse/tls=on/patience=1.5s/clients=1 ") {
		t.Errorf("bench.txt is\n%s", got)
	}
	plain, err := wire.ParseVariant("sse")
	if err != nil || plain.String() != "sse" {
		t.Fatal(plain, err)
	}
	trial = recorded(t, plain)
	if last := trial.Settings[len(trial.Settings)-1]; last != (results.Setting{Name: "patience", Value: 1.0, Default: true}) {
		t.Errorf("a default is recorded as %+v", last)
	}
	if got := bench(t, trial); strings.Contains(got, "patience") {
		t.Errorf("a default is named in bench.txt:\n%s", got)
	}
}

// recorded is a trial of v, through run.json and back.
func recorded(t *testing.T, v wire.Variant) *results.Trial {
	t.Helper()
	trial := (&loadgen.Options{Variant: v, Clients: 1, Topics: 1, Arrival: results.Constant}).Trial(time.Unix(0, 0))
	trial.Scenario, trial.Number = "s", 1
	data, err := json.Marshal(results.Record{Schema: results.Schema, Scenarios: []results.Scenario{{Name: "s"}}, Trials: []*results.Trial{trial}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := results.Parse("run.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return r.Trials[0]
}

func bench(t *testing.T, trial *results.Trial) string {
	t.Helper()
	var b bytes.Buffer
	if err := results.WriteBenchmarks(&b, &results.Record{Schema: results.Schema, Trials: []*results.Trial{trial}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The record has every setting of a transport, with its default, and a variant's
// name follows from them.
func TestSettingsAreRecorded(t *testing.T) {
	const version = `{"name":"http","value":"1.1","default":true},{"name":"streams","value":1,"number":true,"default":true},`
	for name, want := range map[string]string{
		"polling/interval=2s/pace=delay": `[{"name":"interval","value":2},{"name":"pace","value":"delay"},{"name":"etag","value":false,"default":true},` + version +
			`{"name":"headers","value":"bare","default":true},{"name":"tls","value":false,"default":true},{"name":"resume","value":false,"default":true},{"name":"compress","value":false,"default":true},{"name":"binary","value":false,"default":true}]`,
		"longpoll/batch=5ms": `[{"name":"wait","value":30,"default":true},{"name":"batch","value":0.005},` + version +
			`{"name":"headers","value":"bare","default":true},{"name":"tls","value":false,"default":true},{"name":"resume","value":false,"default":true},{"name":"compress","value":false,"default":true},{"name":"binary","value":false,"default":true}]`,
		"sse/http=2/streams=10": `[{"name":"http","value":"2"},{"name":"streams","value":10,"number":true},{"name":"headers","value":"bare","default":true},` +
			`{"name":"tls","value":false,"default":true},{"name":"resume","value":false,"default":true},{"name":"compress","value":false,"default":true},{"name":"binary","value":false,"default":true}]`,
		"websocket/resume": `[` + version + `{"name":"headers","value":"bare","default":true},{"name":"tls","value":true,"implied":true},{"name":"resume","value":true},{"name":"compress","value":false,"default":true},{"name":"binary","value":false,"default":true}]`,
		"tcp":              `null`,
	} {
		v, err := wire.ParseVariant(name)
		if err != nil {
			t.Fatal(err)
		}
		settings := recorded(t, v).Settings
		if got, err := json.Marshal(settings); err != nil || string(got) != want {
			t.Errorf("%s has\n%s, want\n%s", name, got, want)
		}
		if got := settings.Variant(string(v.Transport)); got != name {
			t.Errorf("%s is called %s", name, got)
		}
	}
}

// A duration in the record has the text that it has in a variant's name.
func TestSettingText(t *testing.T) {
	if got := (results.Setting{Value: 120.0, Number: true}).Text(); got != "120" {
		t.Errorf("a number is %s in the record", got)
	}
	for _, d := range []time.Duration{0, time.Millisecond, 1500 * time.Microsecond, 500 * time.Millisecond, time.Second, 1500 * time.Millisecond, time.Minute, 90 * time.Second, 5 * time.Minute} {
		if got := (results.Setting{Value: d.Seconds()}).Text(); got != wire.Duration(d) {
			t.Errorf("%s is %s in the record", wire.Duration(d), got)
		}
	}
}
