package page

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pushbench/plots/figure"
	"pushbench/results"
	"pushbench/results/example"
)

// opened is a tab of Chromium. show opens the report of a record in it.
func opened(t *testing.T) (ctx context.Context, show func(*results.Record, []figure.Figure)) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("the page is not tested without Chromium: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	path := filepath.Join(t.TempDir(), "report.html")
	return ctx, func(r *results.Record, figs []figure.Figure) {
		var page bytes.Buffer
		if err := HTML(&page, r, figs); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate("file://"+path)); err != nil {
			t.Fatal(err)
		}
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
	} {
		r := c.record()
		show(r, figures(t, r))
		for _, width := range []int64{320, 345, 360, 600, 705, 760, 800, 1024, 1280} {
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800)); err != nil {
				t.Fatal(err)
			}
			got, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
			if err != nil {
				t.Fatal(err)
			}
			if got > width {
				t.Errorf("%s: on a screen of %d the page is %d wide", c.fact, width, got)
			}
		}
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
