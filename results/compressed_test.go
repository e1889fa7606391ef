package results

import (
	"encoding/json"
	"strings"
	"testing"
)

// A trial whose content is compressed adds up by the payload as it was before; why
// framing has no number is said.
func TestCompressedTrial(t *testing.T) {
	r := small(t)
	in, decoded := &r.Trials[0].Steady.In, &r.Trials[0].Steady.Decoded
	decoded[Payload], decoded[Framing], in[Compressed] = in[Payload], in[Framing], 100
	in[Payload], in[Framing] = 0, 0
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	m, _ := MetricByUnit("framing-B/event")
	if why := m.Why(r.Trials[0]); !strings.Contains(why, "compressed together") {
		t.Errorf("why: %q", why)
	}
	if why := m.Why(r.Trials[1]); why != "" {
		t.Errorf("why not where there is: %q", why)
	}
	message := *r.Trials[0]
	message.Steady.Decoded[Framing] = 0
	if v, ok := m.Value(&message); !ok || v != float64(in.Around())/4 || m.Why(&message) != "" {
		t.Errorf("framing that is not compressed: %v, %v", v, ok)
	}
	decoded[Payload]--
	if err := r.Validate(); err == nil || !strings.Contains(err.Error(), "steady.in.payload") {
		t.Errorf("a byte of payload is missing: %v", err)
	}
	text, err := json.Marshal(r.Trials[0].Steady)
	var back Ledger
	if err != nil || json.Unmarshal(text, &back) != nil || back != r.Trials[0].Steady {
		t.Errorf("%s, %v", text, err)
	}
	if text, err = json.Marshal(Ledger{}); err != nil || strings.Contains(string(text), "decoded") {
		t.Errorf("without compression: %s, %v", text, err)
	}
}
