package agents

import "testing"

// The quickest answer counts. Whenever the agent read its clock between request and answer,
// its offset is within the bound.
func TestCompare(t *testing.T) {
	const offset = 5_000_000
	for read := int64(0); read <= 100; read += 10 { // of the quickest round trip
		got := compare([]reading{
			{sent: 0, got: 900, instant: offset + 800, ahead: 1},
			{sent: 1000, got: 1100, instant: offset + 1000 + read, ahead: 2},
			{sent: 2000, got: 2101, instant: offset + 2000, ahead: 3},
		})
		if wrong := got.offset - offset; got.bound != 50 || got.wall != 2 || wrong > got.bound || -wrong > got.bound {
			t.Errorf("read after %d: %+v, wrong by %d", read, got, wrong)
		}
	}
}
