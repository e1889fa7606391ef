package recompute

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// merged are the latencies of a cell's trials as one histogram.
func (r *record) merged(scenario, variant string, of func(*trial) *histogram) (*histogram, *cell) {
	for _, c := range r.cells(scenario) {
		if c.variant == variant {
			var all []*histogram
			for _, x := range c.trials {
				all = append(all, of(x))
			}
			return merge(all...), c
		}
	}
	return &histogram{}, nil
}

func latency(x *trial) *histogram { return &x.Latency }

// median is that of a metric of a cell.
func (r *record) median(scenario, point, variant, unit string) float64 {
	for _, c := range r.cells(scenario) {
		if c.variant == variant && c.point == point {
			s, _ := summarize(c, unit)
			return s.mid
		}
	}
	return math.NaN()
}

// ours gives every number again that trials have and a claim is about, by its
// quantity.
func (r *record) ours() map[string]float64 {
	m := map[string]float64{}
	m["1 WebSocket frame heads of 1000 clients that get a message a second"] = 1000 * r.median("two-bytes", "",
		"websocket", "framing-B/event") / 131072
	r.updates(m)
	for _, size := range []string{"125", "126", "65535", "65536"} {
		m["3 WebSocket event of "+size+" bytes"] = r.median("boundaries", size, "websocket", "framing-B/event")
		for _, c := range r.cells("boundaries") {
			if c.variant == "sse" && c.point == size {
				x := c.trials[0]
				per := float64(x.Deliveries.InWindow) / float64(x.Load.Clients)
				first := math.Floor(x.Load.Rate*x.Load.Warmup) + 1
				lines := 0.0
				for n := first; n < first+per; n++ {
					lines += float64(len(fmt.Sprintf("id: %.0f\n", n)))
				}
				m["3 SSE event of "+size+" bytes, without its id line and "+
					"chunk"] = float64(x.Steady.In.Framing)/float64(x.Deliveries.InWindow) - lines/per
			}
		}
	}
	for variant, name := range map[string]string{"websocket": "WebSocket", "sse": "SSE", "longpoll": "long-polling",
		"longpoll/batch=5ms": "long-polling, the server waits 5 ms for more"} {
		h, _ := r.merged("rfc6202", variant, latency)
		first, second := h.at(1, 4), h.at(3, 4)
		if strings.Contains(variant, "batch") {
			first, second = second, first
		}
		m["4 "+name+", first of a pair"], m["4 "+name+", second of a pair"] = first, second
	}
	for variant, name := range map[string]string{"polling/interval=1s": "a poll every second",
		"polling/interval=1s/pace=delay": "a second after each answer"} {
		h, _ := r.merged("staleness", variant, latency)
		m["5 "+name+": mean"], m["5 "+name+": p95"], m["5 "+name+": p99"] = h.mean(), h.at(95, 100), h.at(99, 100)
		m["5 "+name+": distance from the uniform distribution"] = r.median("staleness", "", variant, "uniform-fit")
	}
	for _, variant := range []string{"polling/interval=100ms", "longpoll", "sse", "websocket", "tcp"} {
		m["6 "+variant+", p99 by the schedule"] = r.median("stall", "", variant, "p99-sec")
	}
	h, _ := r.merged("stall", "longpoll", latency)
	loop, _ := r.merged("stall", "longpoll", func(x *trial) *histogram { return &x.Uncorrected })
	m["6 longpoll, the part of that p99 which a closed loop does not see"] = 1 - loop.at(99, 100)/h.at(99, 100)
	m["7 WebSocket, against theirs when tuned"] = r.median("idle-memory", "", "websocket", "stacks-B/conn") + r.median("idle-memory", "", "websocket",
		"heap-B/conn") + r.median("idle-memory", "", "websocket", "runtime-B/conn")
	for _, trip := range []string{"50", "150", "300"} {
		for _, variant := range []string{"websocket", "sse", "longpoll", "polling/interval=500ms"} {
			m["8 "+variant+" over "+trip+" ms, mean"] = r.median("rtt-"+trip+"ms", "", variant, "mean-sec")
		}
	}
	return m
}

// updates are requests and whole answers of five updates, and their multiples.
func (r *record) updates(m map[string]float64) {
	both := map[string]float64{}
	for _, c := range r.cells("five-updates") {
		x := c.trials[0]
		in := x.Steady.In
		full := float64(x.Requests.Sent - x.Requests.Empty)
		name, to, from := "", x.Requests.Heads.Request, x.Requests.Heads.Answer+float64(in.Payload+in.Framing)/full
		switch c.transport {
		case "polling":
			name = "short poll, one request and an answer with an update"
		case "longpoll":
			name = "long poll, one request and its answer"
		case "sse":
			name = "SSE, the request and all that is answered"
			open := x.Handshake.In
			to, from = float64(x.Handshake.Out.Head+x.Steady.Out.Head),
				float64(open.Head+open.Framing+open.Payload+in.Head+in.Framing+in.Payload)
		case "websocket":
			name = "WebSocket, the opening handshake"
			to, from = float64(x.Handshake.Out.Head), float64(x.Handshake.In.Head)
		}
		m["2 "+name+": to the server"], m["2 "+name+": from the server"] = to, from
		both[c.transport] = to + from
	}
	m["2 15 short polls, as a multiple of WebSocket's handshake"] = 15 * both["polling"] / both["websocket"]
	m["2 5 long polls, as a multiple of WebSocket's handshake"] = 5 * both["longpoll"] / both["websocket"]
	m["2 SSE with its five updates, as a multiple of WebSocket's handshake"] = both["sse"] / both["websocket"]
}

// apart are claims of what was measured beside the trials: exchanges of given
// texts and an echo, counted by the kernel.
var apart = []string{"1 request header, bytes", "1 response header, bytes", "1 both, for one poll",
	"1 headers of 1000 clients", "3 WebSocket frame of "}

// Every number of ours that stands beside a published one, in a record that
// keeps predictions apart; an older one has other claims.
func TestClaims(t *testing.T) {
	r := load(t, "reproduction")
	predicted := false
	for _, c := range r.Claims {
		predicted = predicted || c.Predicted
	}
	if !predicted {
		t.Log("the record's claims are of an older version: only their counts are held to the README")
		return
	}
	ours, found := r.ours(), 0
claims:
	for _, c := range r.Claims {
		key := fmt.Sprintf("%d %s", c.Row, c.Quantity)
		for _, beside := range apart {
			if strings.HasPrefix(key, beside) {
				continue claims
			}
		}
		want, ok := ours[key]
		if found++; !ok || !same(c.Ours, want) && math.Abs(c.Ours-want) > 1e-12 {
			t.Errorf("%s: %v, recomputed %v %v", key, c.Ours, want, ok)
		}
		if near := math.Abs(c.Ours-c.Theirs) <= 0.15*math.Abs(c.Theirs); c.Theirs != 0 && c.Verdict == "reproduced" &&
			!near && c.Kind != "×" {
			t.Errorf("%s: %v against %v is %s", key, c.Ours, c.Theirs, c.Verdict)
		}
		if c.Predicted != (c.Verdict == "as predicted") && c.Verdict != "not reproduced" {
			t.Errorf("%s: a %s", key, c.Verdict)
		}
	}
	if found < 40 {
		t.Errorf("only %d claims", found)
	}
}

// marks are those of verdicts, in the order in which they are counted.
var marks = [][2]string{{"✓", "reproduced"}, {"✎", "corrected"}, {"≠", "differs"}, {"✓", "as predicted"}, {"✗",
	"not reproduced"}}

// tally counts verdicts, and predictions that came true.
func tally(claims []claim) (verdicts, predictions string) {
	by := map[string]int{}
	predicted, came := 0, 0
	for _, c := range claims {
		switch {
		case !c.Predicted:
			by[c.Verdict]++
		case c.Verdict == "as predicted":
			came++
			fallthrough
		default:
			predicted++
		}
	}
	var parts []string
	for _, m := range marks {
		if n := by[m[1]]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d %s", m[0], n, m[1]))
		}
	}
	if predicted > 0 {
		predictions = fmt.Sprintf("%d of %s came true", came, count(predicted, "prediction"))
	}
	return strings.Join(parts, ", "), predictions
}

// sum is the sentence that counts all claims.
func (r *record) sum() string {
	printed, derived := 0, 0
	for _, c := range r.Claims {
		switch {
		case c.Predicted:
		case c.Derived:
			derived++
		default:
			printed++
		}
	}
	verdicts, predictions := tally(r.Claims)
	return fmt.Sprintf("%s and %d that follow from what was published: %s. Apart from them, %s.", count(printed,
		"published number"), derived, verdicts, predictions)
}

// rows are the claims of each published row, in order.
func (r *record) rows() (all [][]claim) {
	for _, c := range r.Claims {
		if n := len(all); n > 0 && all[n-1][0].Row == c.Row {
			all[n-1] = append(all[n-1], c)
			continue
		}
		all = append(all, []claim{c})
	}
	return all
}

// counted is what the README has of the claims.
func (r *record) counted() []string {
	all := []string{r.sum()}
	for _, claims := range r.rows() {
		verdicts, predictions := tally(claims)
		said := strings.TrimSuffix(strings.TrimPrefix(verdicts+"; "+predictions, "; "), "; ")
		all = append(all, fmt.Sprintf("- %d. %s: %s", claims[0].Row, claims[0].Title, said))
	}
	return all
}

// claimed is what a report has of the claims.
func (r *record) claimed() (all []string) {
	if len(r.Claims) == 0 {
		return nil
	}
	all = append(all, "## Published numbers, repeated", "**"+r.sum()+"** "+words)
	for _, claims := range r.rows() {
		all = append(all, fmt.Sprintf("### %d. %s", claims[0].Row, claims[0].Title), claims[0].Source, row("quantity",
			"theirs", "ours", "verdict", "how", "why"))
		for _, c := range claims {
			theirs, ours, mark := shown(c.Theirs, c.Kind), shown(c.Ours, c.Kind), ""
			switch {
			case c.Predicted:
				theirs += "<br>predicted"
			case c.Derived:
				theirs += "<br>derived"
			}
			if c.Theirs != 0 {
				var off []string
				for _, v := range around(c.Ours) {
					off = append(off, fmt.Sprintf("%+.1f %%", (v/c.Theirs-1)*100))
				}
				ours += "<br>" + choice(off...)
			}
			for _, m := range marks {
				if m[1] == c.Verdict {
					mark = m[0]
				}
			}
			all = append(all, row(c.Quantity, theirs, ours, mark+" "+c.Verdict, c.How, c.Why))
		}
	}
	return all
}
