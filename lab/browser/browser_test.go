//go:build linux

package browser

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestBrowser(t *testing.T) {
	each(t, func(t *testing.T, k Kind) {
		b, err := Start(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^\d+\.\d+`).MatchString(b.Version()) {
			t.Errorf("the version is %q", b.Version())
		}
		server, err := newOrigin(true, nil)
		if err != nil {
			t.Fatal(err)
		}
		page, err := b.Open(t.Context(), server.url("localhost")+"/")
		if err != nil {
			t.Fatal(err)
		}
		checkEval(t, page)
		if _, err := b.Open(t.Context(), "http://127.0.0.1:1/"); err == nil || !strings.Contains(err.Error(), "cannot open http://127.0.0.1:1/: ") {
			t.Errorf("a page that is not there: %v", err)
		}
		if n, err := b.Memory(); err != nil || n < 10e6 {
			t.Errorf("its memory is %d, %v", n, err)
		}
		pids, err := b.tree.Processes(nil)
		if err != nil || len(pids) < 2 {
			t.Errorf("its processes are %d, %v", pids, err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if left, err := b.tree.Processes(nil); err != nil || len(left) > 0 {
			t.Errorf("processes are left: %d, %v", left, err)
		}
		if _, err := os.Stat(b.profile); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the profile is left: %v", err)
		}
		if err := page.Eval(t.Context(), "1", nil); err == nil {
			t.Error("a browser that is closed evaluates")
		}
		server.close()
	})
}

func checkEval(t *testing.T, page *Page) {
	for _, c := range []struct {
		fact, expression string
		want             any
	}{
		{"a number", "6 * 7", 42.0},
		{"a text", `"ä" + "\u2028"`, "ä\u2028"},
		{"a promise", "new Promise(done => setTimeout(() => done(true), 1))", true},
		{"nothing, on purpose", "null", nil},
		{"a comment at the end", "1 // one", 1.0},
		{"the page's own name", "seen.asked", 0.0},
		{"over HTTP/2", "performance.getEntriesByType('navigation')[0].nextHopProtocol", "h2"},
	} {
		var got any
		if err := page.Eval(t.Context(), c.expression, &got); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.fact, got, err, c.want)
		}
	}
	for _, c := range []struct{ fact, expression, want string }{
		{"an exception", `(() => { throw new Error("no luck") })()`, "no luck"},
		{"a promise that fails", `Promise.reject(new Error("no luck"))`, "no luck"},
		{"no JavaScript", `1 +`, "SyntaxError"},
	} {
		var thrown *Exception
		if err := page.Eval(t.Context(), c.expression, nil); !errors.As(err, &thrown) || !strings.Contains(thrown.Text, c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
	var got any
	if err := page.Eval(t.Context(), "undefined", &got); err == nil {
		t.Error("undefined is a value")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	late := errors.New("too late")
	cancel(late)
	if err := page.Eval(ctx, "new Promise(() => {})", nil); !errors.Is(err, late) {
		t.Errorf("a promise that nobody keeps: %v", err)
	}
}

func TestAbsentBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, c := range []struct {
		kind Kind
		want string
	}{
		{Chromium, "Chromium is not installed: there is no chromium, chromium-browser, google-chrome (Debian: apt-get install chromium)"},
		{Firefox, "Firefox is not installed: there is no firefox-esr, firefox (Debian: apt-get install firefox-esr)"},
	} {
		_, err := Start(t.Context(), c.kind)
		var absent *Absent
		if !errors.As(err, &absent) || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
		all := Extended(t.Context(), c.kind, Options{Repeat: 2})
		for _, o := range all {
			if o.Values != nil || !strings.HasSuffix(o.Reason, c.want) {
				t.Errorf("%s is %v, %q", o.Name, o.Values, o.Reason)
			}
		}
		if len(all) != 2 {
			t.Errorf("%d numbers are to be measured", len(all))
		}
	}
}

// A browser that ends before it can be driven says why.
func TestBrowserThatEnds(t *testing.T) {
	directory := t.TempDir()
	t.Setenv("PATH", directory+":"+os.Getenv("PATH"))
	if err := os.WriteFile(directory+"/firefox-esr", []byte("#!/bin/sh\necho no display\nexit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Firefox)
	if err == nil || err.Error() != "Firefox: it ended by itself; it says: no display" {
		t.Error(err)
	}
}
