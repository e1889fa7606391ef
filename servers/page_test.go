package servers

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestPageIsServedOnlyWhenAsked(t *testing.T) {
	ts := start(t, Options{})
	if status, _, _ := ts.do(t, "GET", "/", ""); status != http.StatusNotFound {
		t.Errorf("status %d without the page, want 404", status)
	}
}

func TestPageLoadsNothingFromElsewhere(t *testing.T) {
	ts := start(t, Options{Page: true})
	for _, path := range []string{"/", "/style.css", "/page.js"} {
		status, head, body := ts.do(t, "GET", path, "")
		if status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
		if policy := head.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") {
			t.Errorf("%s: Content-Security-Policy %q", path, policy)
		}
		for _, link := range []string{`src="http`, `href="http`, "@import", "url(http"} {
			if strings.Contains(body, link) {
				t.Errorf("%s has %s in it", path, link)
			}
		}
	}
}

// TestPage drives the page in Chromium: four transports tick, and each goes on
// behind its cursor after a reconnect.
func TestPage(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("the page is not tested without Chromium: %v", err)
	}
	ts := start(t, Options{Page: true})
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true))...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	if err := chromedp.Do(ctx, chromedp.Navigate(ts.url+"/")); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](helpers)); err != nil {
		t.Fatal(err)
	}
	// Each waits for the script to become true, in the page.
	for _, step := range []struct{ what, script string }{
		{"every transport shows two events", `all(id => count(id) >= 2)`},
		{"every transport is open", `all(id => text(id, ".state") === "open")`},
		{"reconnect is pressed", `all(id => { before[id] = count(id); document.querySelector("#" + id + " .reconnect").click(); return true })`},
		{"every transport resumes behind its cursor", `all(id => text(id, ".resumed").startsWith("resumed behind event "))`},
		{"events go on", `all(id => count(id) >= before[id] + 2)`},
		{"pause is pressed", `all(id => { document.querySelector("#" + id + " .pause").click(); return true })`},
		{"every transport is paused", `all(id => text(id, ".state") === "paused")`},
		{"one more is published", `(document.querySelector("#publish").click(), before.at = Date.now(), true)`},
		{"a millisecond passes", `Date.now() > before.at`},
		{"resume is pressed", `all(id => { document.querySelector("#" + id + " .pause").click(); return true })`},
		{"every transport catches up", `all(id => text(id, ".resumed").includes("caught up on"))`},
		{"nothing is missed or repeated", `all(id => text(id, ".order") === "0, 0")`},
	} {
		until(t, step.what, func() bool {
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](step.script))
			if err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			return ok
		})
	}
}

const helpers = `
	var before = {};
	var ids = ["polling", "longpoll", "sse", "websocket"];
	var text = (id, name) => document.querySelector("#" + id + " " + name).textContent;
	var count = id => Number(text(id, ".events"));
	var all = test => ids.every(test);
	void 0`
