//go:build linux

package link

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		name string
		link Link
		want string // part of the error; empty: none
	}{
		{"the zero value is a link", Link{}, ""},
		{"all conditions go together", Link{Delay: 2, Jitter: 2, Rate: 1, Queue: 1, Loss: 0.99, Seed: 1, MTU: 68}, ""},
		{"a seed needs nothing that is random", Link{Seed: 5}, ""},
		{"a delay is not negative", Link{Delay: -1}, "delay -1ns is negative"},
		{"jitter is not negative", Link{Jitter: -1}, "jitter -1ns is negative"},
		{"jitter is at most the delay", Link{Delay: time.Second, Jitter: 2 * time.Second}, "jitter 2s is more than the delay of 1s"},
		{"a rate is not negative", Link{Rate: -1}, "rate -1 is negative"},
		{"a queue is not negative", Link{Rate: 1, Queue: -1}, "queue -1 is negative"},
		{"a queue needs a rate", Link{Queue: 10}, "queue 10 without a rate"},
		{"a loss is not negative", Link{Loss: -0.1}, "loss -0.1 is not a share"},
		{"a loss of all is a cut", Link{Loss: 1}, "loss 1 is not a share"},
		{"a loss is a number", Link{Loss: math.NaN()}, "loss NaN is not a share"},
		{"an MTU is at least IPv4's", Link{MTU: 67}, "MTU 67 is not"},
		{"an MTU is at most a packet's length", Link{MTU: 65536}, "MTU 65536 is not"},
		{"all that is wrong is said", Link{Rate: -1, MTU: 1}, "rate -1 is negative; MTU 1 is not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.link.Validate()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		fact string
		link Link
		want time.Duration
	}{
		{"what loses nothing is never silent", Link{Delay: time.Second, Rate: 1}, 0},
		{"one packet in a million: one retransmission", Link{Loss: 1e-6}, 200 * ms},
		{"one in fifty: six waits, each twice the last", Link{Loss: 0.02}, (1<<6 - 1) * 200 * ms},
		{"a round trip comes on top of each wait", Link{Loss: 0.02, Delay: 40 * ms, Jitter: 10 * ms}, (1<<6 - 1) * 300 * ms},
		{"TCP waits for two minutes at most and gives up after 15 times", Link{Loss: 0.9}, (1<<10-1)*200*ms + 5*2*time.Minute},
	} {
		if got := tt.link.Silence(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.fact, got, tt.want)
		}
	}
}
