package results

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	s := Settings{{Name: "interval", Value: 0.5}, {Name: "pace", Value: "delay"}, {Name: "etag", Value: false, Default: true},
		{Name: "tls", Value: true, Implied: true}, {Name: "resume", Value: true}}
	for _, c := range []struct {
		fact      string
		got, want any
	}{
		{"a duration is seconds", s.Seconds("interval"), 0.5},
		{"a word", s.Word("pace"), "delay"},
		{"a flag that is off", s.On("etag"), false},
		{"one that is implied", s.On("tls"), true},
		{"what is not there is nothing", s.Seconds("batch"), 0.0},
		{"nor is what has another kind", s.Word("interval"), ""},
		{"the text of a duration", s.Text("interval"), "500ms"},
		{"a flag has none", s.Text("resume"), ""},
		{"the name has what is neither default nor implied", s.Variant("polling"), "polling/interval=500ms/pace=delay/resume"},
		{"a transport without settings", Settings(nil).Variant("tcp"), "tcp"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.fact, c.got, c.want)
		}
	}
}

// A record without settings has them from its names, defaults too.
func TestSettingsOfOlderRecords(t *testing.T) {
	r := small(t)
	r.Trials[0].Variant = "sse/resume"
	r.Trials[2].Variant, r.Trials[2].Transport = "carrier-pigeon/altitude=30m/wait=-1s/calm", "carrier-pigeon"
	for _, x := range r.Trials {
		x.Settings = nil
	}
	for i := range r.Expectations {
		r.Expectations[i].Transport, r.Expectations[i].Settings = "", nil
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("f", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		fact     string
		settings Settings
		want     string
	}{
		{"what resumes has TLS", got.Trials[0].Settings, `[{"name":"headers","value":"bare","default":true},{"name":"tls","value":true,"implied":true},{"name":"resume","value":true}]`},
		{"a poll interval and a flag", got.Trials[1].Settings[:3], `[{"name":"interval","value":0.5},{"name":"pace","value":"rate","default":true},{"name":"etag","value":true}]`},
		{"what is not known is taken as it is", got.Trials[2].Settings, `[{"name":"altitude","value":1800},{"name":"wait","value":"-1s"},{"name":"calm","value":true}]`},
		{"an expectation of a variant", got.Expectations[0].Settings[1:2], `[{"name":"tls","value":true}]`},
		{"an expectation of all variants", got.Expectations[1].Settings, `null`},
	} {
		if text, _ := json.Marshal(c.settings); string(text) != c.want {
			t.Errorf("%s: %s, want %s", c.fact, text, c.want)
		}
	}
	for i, x := range got.Trials {
		if name := x.Settings.Variant(x.Transport); name != x.Variant {
			t.Errorf("trial %d is called %s, and its settings make %s", i, x.Variant, name)
		}
	}
}

// A polling variant whose name has no interval polls as often as its load says.
func TestIntervalOfOlderRecords(t *testing.T) {
	r := small(t)
	x := r.Trials[1]
	x.Variant, x.Settings, x.Load.Interval = "polling", nil, 2
	if r.layout1(); x.Settings.Seconds("interval") != 2 || x.Settings.Variant("polling") != "polling" {
		t.Errorf("%+v", x.Settings)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	data, err := json.Marshal(small(t))
	if err != nil {
		t.Fatal(err)
	}
	const tls, etag = `{"name":"tls","value":true}`, `{"name":"etag","value":true}`
	for _, c := range []struct{ fact, old, new, want string }{
		{"no value", tls, `{"name":"tls"}`, `settings\[1\].value: is no number of seconds, no word, and neither true nor false$`},
		{"null", tls, `{"name":"tls","value":null}`, `settings\[1\].value: is no number`},
		{"a list", tls, `{"name":"tls","value":[1]}`, `settings\[1\].value: is no number`},
		{"an object", tls, `{"name":"tls","value":{"on":true}}`, `settings\[1\].value: is no number`},
		{"a duration below 0", `"value":0.5`, `"value":-0.5`, `settings\[0\].value: is -0.5, but a count or a time`},
		{"a duration beyond all measure", `"value":0.5`, `"value":1e300`, `settings\[0\].value: is 1e\+300, which is more than any run can have`},
		{"another field", tls, `{"name":"tls","value":true,"unit":"s"}`, `unknown field "expectations\[0\].settings\[1\].unit"|unknown field "trials\[0\].settings\[1\].unit"`},
		{"no name", tls, `{"name":"","value":true}`, `settings\[1\].name: is empty$`},
		{"one name twice", etag, `{"name":"pace","value":"rate","default":true}`, `settings\[2\].name: "pace" is the name of settings\[1\], too$`},
		{"settings of another variant", etag, `{"name":"etag","value":false,"default":true}`, `trials\[1\].variant: is "polling/interval=500ms/etag", but its transport and its settings are those of "polling/interval=500ms"$`},
	} {
		r, err := Parse("f", []byte(strings.Replace(string(data), c.old, c.new, 1)))
		if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%s: %v, %v, want %s", c.fact, r != nil, err, c.want)
		}
	}
}
