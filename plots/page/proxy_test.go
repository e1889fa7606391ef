package page

import (
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/results"
)

// A report shows what stood in front of the server, and how it was set up.
func TestProxy(t *testing.T) {
	r := sample.Few()
	r.Scenarios[0].Proxy = &results.Proxy{
		Name: "nginx", Config: "tuned", About: "it buffers no answer", Version: "1.22.1", Text: "# nginx\nproxy_pass http://127.0.0.1:9000;\n",
	}
	for i, trial := range r.Trials {
		if trial.Scenario == r.Scenarios[0].Name {
			own := *trial
			own.Proxy = &results.Front{Name: "nginx", Config: "tuned", CPU: 0.5, Held: 1 << 20}
			r.Trials[i] = &own
		}
	}
	page, md, _ := told(t, r)
	for _, want := range []string{
		"· through nginx (tuned)", "The proxy in front of the server, nginx 1.22.1, as it was set up (tuned)", "In this configuration it buffers no answer.",
		"proxy_pass http://127.0.0.1:9000;", "nginx (tuned), version 1.22.1: it buffers no answer", "<code>proxy-cpu-sec/event</code></th>", "<code>proxy-B/conn</code></th>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, want := range []string{
		"through nginx (tuned)", "<details><summary>The proxy in front of the server, as it was set up</summary>\n\nnginx (tuned), version 1.22.1: it buffers no answer. ",
		"\n```\n# nginx\nproxy_pass http://127.0.0.1:9000;\n```\n",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("the Markdown lacks %q", want)
		}
	}
}
