package page

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"pushbench/plots/figure"
	"pushbench/plots/sample"
	"pushbench/results"
	"pushbench/results/example"
)

// opened is a tab of Chromium. show opens the report of a record in it.
func opened(t *testing.T) (ctx context.Context, show func(*results.Record, []figure.Figure)) {
	t.Helper()
	ctx, open := sample.Browser(t)
	return ctx, func(r *results.Record, figs []figure.Figure) {
		var page bytes.Buffer
		if err := HTML(&page, r, figs); err != nil {
			t.Fatal(err)
		}
		open(page.Bytes())
	}
}

// TestFormInABrowser fills the form in Chromium: the table follows, and a
// script that is not the page's own does not run.
func TestFormInABrowser(t *testing.T) {
	ctx, show := opened(t)
	show(drawn())
	const ask = `(() => {
	const form = document.getElementById("your-load-form"), rows = document.querySelectorAll("#your-load-result tbody tr");
	if (form.hidden) return "the form is hidden";
	const text = () => [...rows].map(r => [...r.cells].map(c => c.textContent).join(" | ")).join("\n") + "\n" + document.getElementById("your-load-beyond").textContent;
	const own = document.createElement("script");
	own.textContent = "window.acted = true";
	document.body.append(own);
	const set = (name, v) => { form.elements[name].value = v; form.dispatchEvent(new Event("input", {bubbles: true})); };
	set("clients", 10000);
	set("rate_per_sec", 2);
	const asked = text();
	const refused = (name, v, back) => {
		set(name, v);
		const said = text();
		set(name, back);
		return /\d/.test([...rows].map(r => [...r.cells].slice(1).map(c => c.textContent).join("")).join("")) && said.startsWith("polling | – | – | – | – | –") && said.includes("No estimate: ") ? "" : name + " of " + v + " is answered: " + said + "\n";
	};
	const wrong = refused("rate_per_sec", -2, 2) + refused("clients", "", 10000) + refused("topics", 10001, 1) + refused("poll_interval_sec", 301, 1);
	set("rate_per_sec", 0);
	const idle = text().includes("there are no events") ? "" : "idle connections are refused: " + text() + "\n";
	return (window.acted ? "a script that is not the page's own has run\n" : "") + wrong + idle + asked;
})()`
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](ask))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "WebSocket (memory): 10,000 clients (measured: ") || !strings.HasPrefix(said, "polling | ") || strings.Contains(said, "NaN") || strings.Contains(said, "undefined") {
		t.Errorf("the form answers: %s", said)
	}
	t.Logf("%s", said)
}

// TestPageFitsAPhone holds the page to scroll sideways on no screen. Charts and wide
// tables do so within themselves.
func TestPageFitsAPhone(t *testing.T) {
	ctx, show := opened(t)
	committed := func(dir string) func() *results.Record {
		return func() *results.Record {
			r, err := results.Load("../../results/" + dir)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
	}
	for _, c := range []struct {
		fact   string
		record func() *results.Record
	}{
		{"the example", example.Record},
		{"the committed baseline", committed("baseline")},
		{"the committed comparison with a capture", committed("truth")},
		{"the committed repetition of published numbers", committed("reproduction")},
		{"few connections, with the reason in each cell of memory", fewConnections},
		{"servers of other people beside ours", sample.Foreign},
	} {
		r := c.record()
		show(r, figures(t, r))
		sample.CheckWidths(t, ctx, c.fact)
	}
}

// fewConnections is the example with too few connections to tell the memory of one.
func fewConnections() *results.Record {
	r := example.Record()
	for _, t := range r.Trials {
		t.Connection.Opened = min(t.Connection.Opened, results.FewConnections-1)
	}
	return r
}
