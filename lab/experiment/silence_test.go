//go:build linux

package experiment

import "testing"

// What cannot be measured says why, and has its rows all the same.
func TestSilenceWithoutAServer(t *testing.T) {
	all := Silence(t.Context(), []string{"/nonexistent"})
	if len(all) != 2 || all[0].Name != "websocket-silent-noticed" || all[1].Name != "sse-silent-held" {
		t.Fatalf("%+v", all)
	}
	for _, o := range all {
		if o.Reason == "" || len(o.Values) != 0 {
			t.Errorf("%+v", o)
		}
	}
}
