package claims

import (
	"testing"

	"pushbench/plots/sample"
)

// TestFitsABrowser opens the page in Chromium, on a desk and on a phone: nothing runs over
// the edge.
func TestFitsABrowser(t *testing.T) {
	ctx, open := sample.Browser(t)
	open([]byte(drawn()))
	sample.CheckWidths(t, ctx, "the sample")
}
