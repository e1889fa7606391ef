package servers

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pushbench/servers/wire"
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
// behind its cursor after a reconnect. When the server is started anew, whose
// events have smaller numbers, each is told of it and goes on.
func TestPage(t *testing.T) {
	ts := start(t, Options{Page: true})
	do := drivePage(t, ts.url+"/")
	do(step{"how many there are is kept", `all(id => (before[id] = count(id), true))`})
	ts.cancel()
	ts.ended(t)
	do(step{"no transport is open", `all(id => text(id, ".state") !== "open")`})
	start(t, Options{Page: true, Addr: ts.Ready().HTTP})
	do(
		step{"events go on", `all(id => count(id) >= before[id] + 2)`},
		step{"every transport is open again", `all(id => text(id, ".state") === "open")`},
		step{"nothing of the new server is missed or repeated", `all(id => text(id, ".order") === "0, 0")`},
	)
}

// TestPageUnderAPath does the same behind a proxy that serves the page under a
// path of its own, and asks the server by the server's own name.
func TestPageUnderAPath(t *testing.T) {
	drivePage(t, under(t, "/tools/push", start(t, Options{Page: true}).url))
}

// under starts a proxy that serves what is at target under a path, and returns
// the address there.
func under(t *testing.T, path, target string) string {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux() // all else is 404
	mux.Handle(path+"/", http.StripPrefix(path, &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to); r.SetXForwarded() },
		FlushInterval: -1,
		Transport:     &http.Transport{DisableKeepAlives: true},
		ErrorLog:      log.New(io.Discard, "", 0), // clients that leave
	}))
	proxy := httptest.NewServer(mux)
	t.Cleanup(func() {
		proxy.CloseClientConnections()
		proxy.Close()
	})
	return proxy.URL + path + "/"
}

// What the page is made of is found behind a proxy under a path, and no address
// in it begins at the root.
func TestPageHasRelativeAddresses(t *testing.T) {
	base := under(t, "/tools/push", start(t, Options{Page: true}).url)
	get := func(at string) string {
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(at)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", at, resp.StatusCode, err)
		}
		return string(body)
	}
	links := regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(get(base), -1)
	if len(links) < 3 {
		t.Errorf("links: %v", links)
	}
	for _, link := range links {
		if strings.HasPrefix(link[1], "data:") {
			continue
		}
		at, err := url.JoinPath(base, link[1])
		if err != nil || strings.HasPrefix(link[1], "/") {
			t.Fatalf("%s: %v", link[1], err)
		}
		body := get(at)
		for _, route := range []string{wire.RoutePolling, wire.RouteLongPoll, wire.RouteSSE, wire.RouteWebSocket, wire.RoutePublish} {
			if regexp.MustCompile("[\"'`]" + route).MatchString(body) {
				t.Errorf("%s asks for %s at the root", link[1], route)
			}
		}
	}
}

// A step waits for a script to become true in a page.
type step struct{ what, script string }

// drivePage does what a person would at the page, and returns how to do more.
func drivePage(t *testing.T, url string) (do func(...step)) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("the page is not tested without Chromium: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)

	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](helpers)); err != nil {
		t.Fatal(err)
	}
	do = func(steps ...step) {
		t.Helper()
		for _, step := range steps {
			until(t, step.what, func() bool {
				ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](step.script))
				if err != nil {
					t.Fatalf("%s: %v", step.what, err)
				}
				return ok
			})
		}
	}
	do([]step{
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
	}...)
	return do
}

const helpers = `
	var before = {};
	var ids = ["polling", "longpoll", "sse", "websocket"];
	var text = (id, name) => document.querySelector("#" + id + " " + name).textContent;
	var count = id => Number(text(id, ".events"));
	var all = test => ids.every(test);
	void 0`
