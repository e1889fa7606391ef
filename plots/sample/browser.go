package sample

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is a tab of Chromium, which is closed when the test ends. open opens a
// page in it. The test is skipped where there is no Chromium, unless
// PUSHBENCH_REQUIRE is all.
func Browser(t testing.TB) (ctx context.Context, open func(page []byte)) {
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
	path := filepath.Join(t.TempDir(), "page.html")
	return ctx, func(page []byte) {
		t.Helper()
		if err := os.WriteFile(path, page, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate("file://"+path)); err != nil {
			t.Fatal(err)
		}
	}
}

// CheckWidths holds the page that is open in the tab to scroll sideways on no screen.
// Charts and wide tables do so within themselves.
func CheckWidths(t testing.TB, tab context.Context, fact string) {
	t.Helper()
	for _, width := range []int64{320, 345, 360, 600, 705, 760, 800, 1024, 1280} {
		if err := chromedp.Do(tab, chromedp.EmulateViewport(width, 800)); err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(tab, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
		if err != nil {
			t.Fatal(err)
		}
		if got > width {
			t.Errorf("%s: on a screen of %d the page is %d wide", fact, width, got)
		}
	}
}
