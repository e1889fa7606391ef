package atlas

import (
	"testing"

	"github.com/chromedp/chromedp"

	"pushbench/plots/sample"
)

// TestSortInABrowser presses the heads of the table in Chromium: servers are sorted within
// their transport, those without a number last, and what overlaps is marked.
func TestSortInABrowser(t *testing.T) {
	ctx, open := sample.Browser(t)
	open([]byte(drawn()))
	const ask = `(() => {
	const table = document.getElementById("numbers-table"), heads = [...table.tHead.rows[0].cells];
	const order = () => [...table.tBodies[3].rows].slice(1).map(r => r.cells[0].querySelector("a").textContent + (r.querySelector("[data-tied]") ? "≈" : "")).join(" ");
	const press = at => { heads[at].querySelector("button").click(); return heads[at].getAttribute("aria-sort") + " " + order(); };
	const groups = () => [...table.tBodies].map(b => b.rows[0].textContent.trim().replaceAll("\u00a0", " ")).join(" ");
	const own = document.createElement("script");
	own.textContent = "window.acted = true";
	document.body.append(own);
	return [order(), press(5), press(5), press(6), press(0), heads.filter(h => h.hasAttribute("aria-sort")).length, groups(), document.getElementById("numbers-how").hidden, !!window.acted].join("\n");
})()`
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](ask))
	if err != nil {
		t.Fatal(err)
	}
	const want = `absent builtin near slow
ascending builtin slow absent near
descending slow builtin absent near
ascending builtin near≈ slow absent
ascending absent builtin near slow
1
Polling every 500 ms Long-polling SSE WebSocket
false
false`
	if got != want {
		t.Errorf("the table says\n%s\nwant\n%s", got, want)
	}
	sample.CheckWidths(t, ctx, "the sample")
}
