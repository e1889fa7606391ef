package recompute

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"
)

// The committed records.
var runs = []string{"baseline", "truth", "reproduction"}

// sums are one direction of a ledger.
type sums struct {
	Payload, Framing, Head, Chunking, WebSocket, TLS, TCPIP, Other, HPACK, Compressed int64
	Frames                                                                            int64 `json:"http2_frames"`
	HTTP2Settings                                                                     int64 `json:"http2_settings"`
	Window                                                                            int64 `json:"http2_window"`
	Control                                                                           int64 `json:"http2_control"`
}

func (b sums) all() int64 {
	return b.Payload + b.around() + b.Head + b.HPACK + b.TLS + b.TCPIP + b.Compressed
}

// around is what the transport adds to events, heads apart.
func (b sums) around() int64 {
	return b.Framing + b.Chunking + b.WebSocket + b.Other + b.Frames + b.HTTP2Settings + b.Window + b.Control
}

// opening is what opens a connection.
func (b sums) opening() int64 { return b.Head + b.TLS + b.TCPIP }

type ledger struct {
	In              sums  `json:"in"`
	Out             sums  `json:"out"`
	Decoded         sums  `json:"decoded"`
	SegmentsIn      int64 `json:"segments_in"`
	SegmentsOut     int64 `json:"segments_out"`
	Retransmitted   int64 `json:"retransmitted_bytes"`
	RetransmittedIn int64 `json:"retransmitted_in_bytes"`
}

// absent is what a target could not tell.
type absent struct{ What, Reason string }

type setting struct {
	Name             string
	Value            any
	Default, Implied bool
	Number           bool
}

type trial struct {
	Scenario, Sweep, Point, Target, Variant, Transport, Failed string
	Number                                                     int
	Settings                                                   []setting // absent in older records
	Warnings                                                   []warning
	Absent                                                     []absent
	Load                                                       struct {
		Clients, Topics, Burst, Retained, Opening int
		Rate                                      float64 `json:"rate_per_sec"`
		Send                                      float64 `json:"send_per_sec"`
		Arrival, Filler                           string
		Payload                                   int64   `json:"payload_bytes"`
		Warmup                                    float64 `json:"warmup_sec"`
		Window                                    float64 `json:"window_sec"`
		Interval                                  float64 `json:"interval_sec"`
		Heartbeat                                 float64 `json:"heartbeat_sec"`
		Slow                                      *struct {
			Clients, History int
			Rate             float64 `json:"rate_bytes_per_sec"`
		}
		Reconnect *struct {
			After  float64 `json:"after_sec"`
			Jitter float64 `json:"jitter_sec"`
			Forget bool
		}
	}
	Path struct {
		Kind, Profile string
		MTU           int64
		Delay         float64 `json:"delay_sec"`
		Jitter        float64 `json:"jitter_sec"`
		Rate          float64 `json:"rate_bytes_per_sec"`
		Loss          float64
	}
	Proxy *struct {
		CPU  float64 `json:"cpu_sec"`
		Held int64   `json:"held_bytes"`
	}
	Backplane *struct {
		CPU float64 `json:"cpu_sec"`
	}
	Stall *struct {
		After float64 `json:"after_sec"`
		For   float64 `json:"for_sec"`
	}
	Fault *struct {
		Kind  string
		After float64 `json:"after_sec"`
		Share float64
	}
	Slow *struct {
		Expected, Delivered, Dropped, Cuts, Timed int64
		Latency                                   histogram
		Grown                                     int64 `json:"grown_bytes"`
	}
	Recovery *struct {
		Clients, Opened          int64
		Open, Reconnect, Recover histogram
		Handshake                ledger
		ServerCPU                float64 `json:"server_cpu_sec"`
		Dropped                  *int64  `json:"listen_drops"`
	}
	Latency, Uncorrected, Spread, Wait, Departure histogram
	ToServer                                      histogram `json:"to_server"`
	FromServer                                    histogram `json:"from_server"`
	Age                                           struct {
		Mean float64 `json:"mean_sec"`
		Peak histogram
	}
	Deliveries struct {
		Expected, Delivered, Missed, Duplicated, Reordered, Superseded int64
		InWindow                                                       int64  `json:"in_window"`
		Timed                                                          *int64 // absent in older records
	}
	Handshake, Steady, Whole ledger
	ClientSec                *float64 `json:"steady_client_sec"` // absent in older records
	Connection               struct {
		Opened               int64
		TCP, TLS, HTTP, Open histogram
		FirstEvent           histogram `json:"first_event"`
		Seconds              float64
		ServerCPU            float64 `json:"server_cpu_sec"`
		ClientCPU            float64 `json:"generator_cpu_sec"`
		Held                 map[string]int64
	}
	Server struct {
		CPU         float64 `json:"cpu_sec"`
		Reads       int64   `json:"read_calls"`
		Writes      int64   `json:"write_calls"`
		Allocations int64   `json:"allocations"`
	}
	Generator struct {
		CPU float64 `json:"cpu_sec"`
	}
	Trust struct {
		Lag      histogram `json:"schedule_lag"`
		Pressure float64   `json:"cpu_pressure"`
		Ceiling  float64   `json:"ceiling_per_sec"`
		Stamps   struct{ Kernel int64 }
	}
	Requests struct {
		Sent, Full, Empty int64
		Heads             struct {
			Request float64 `json:"request_bytes"`
			Answer  float64 `json:"answer_bytes"`
		}
	}
	Audit *struct {
		Connections, Packets, Events int64
		In, Out                      side
		Kernel                       histogram
		Send                         float64 `json:"bias_send_sec"`
		Read                         float64 `json:"bias_read_sec"`
		P99                          float64 `json:"bias_p99_sec"`
	}
	numbers map[string]float64 // by unit, once they were computed
}

// side is one direction of what was captured.
type side struct {
	Captured      int64 `json:"captured_bytes"`
	Ledger        int64 `json:"ledger_bytes"`
	Retransmitted int64 `json:"retransmitted_bytes"`
	Options       int64 `json:"options_bytes"`
	Unexplained   int64 `json:"unexplained_bytes"`
	Ending        int64 `json:"ending_bytes"`
}

type warning struct{ Code, Text string }

type claim struct {
	Row                                              int
	Title, Source, Quantity, Kind, How, Verdict, Why string
	Theirs, Ours                                     float64
	Derived, Predicted                               bool
}

type scenario struct {
	Name, About, Sweep string
	Points, Variants   []string
	Trials             int
	Proxy              *struct{ Name, Config string }
	Nodes              *struct {
		Count     int
		Backplane string
	}
}

// prediction is a number of theory beside what was measured.
type prediction struct {
	Scenario, Point, Target, Variant, Metric string
	Measured, Expected, Tolerance            float64
	Formula, Source                          string
	Finding                                  bool
}

type expectation struct {
	Scenario, Point, Target, Variant, Text, Metric string
	Got, Want                                      float64
	Held                                           bool
}

// check is what was found out about a target.
type check struct {
	Target string
	Facts  []struct {
		Fact, State string
		Figures     map[string]float64
	}
}

// target is who answered.
type target struct {
	Name, Version string
	Traits        []struct{ Name, Text string }
}

// gap is what was planned and not run.
type gap struct{ Scenario, Target, Variant, Reason, About, Offers string }

type record struct {
	ID         string
	Began      time.Time
	Seed       uint64
	Planned    int
	Partial    string
	Provenance struct {
		Commit, Kernel, CPU, Path string
		Version                   string
		GoVersion                 string `json:"go_version"`
		Cores                     int
		Command                   []string
	}
	Targets      []target
	Checks       []check
	NotRun       []gap `json:"not_run"`
	Scenarios    []scenario
	Trials       []*trial
	Predictions  []prediction
	Expectations []expectation
	Claims       []claim
	found        map[string][]*cell // of a scenario, once they were gathered
}

// load reads a committed record of one target, histograms and all.
func load(t *testing.T, run string) *record {
	t.Helper()
	r := loadAll(t, run)
	if len(r.Targets) > 1 {
		t.Fatalf("%s: the names of several targets are not made here", run)
	}
	return r
}

// loadAll is load with any number of targets.
func loadAll(t *testing.T, run string) *record {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", run, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	r := &record{found: map[string][]*cell{}}
	if err := json.Unmarshal(data, r); err != nil {
		t.Fatal(err)
	}
	for _, one := range r.Trials {
		if one.Target == "" { // records that were made before targets were data
			one.Target = "builtin"
		}
		for _, h := range one.histograms() {
			if err := h.decode(); err != nil {
				t.Fatalf("%s: %s %s %d: %v", run, one.Scenario, one.Variant, one.Number, err)
			}
		}
	}
	return r
}

// histograms finds all of a trial.
func (x *trial) histograms() (all []*histogram) {
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch {
		case v.Kind() == reflect.Pointer && !v.IsNil():
			walk(v.Elem())
		case v.Kind() == reflect.Struct && v.Type() == reflect.TypeFor[histogram]():
			all = append(all, v.Addr().Interface().(*histogram))
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(x))
	return all
}

// A cell is the valid trials of one variant against one target at one point of a
// scenario.
type cell struct {
	scenario, sweep, point, target, variant, transport string
	trials                                             []*trial
}

// cells gathers them: variants at a sweep's points in order, the targets of a
// variant in the order of the record.
func (r *record) cells(scenario string) (all []*cell) {
	if have := r.found[scenario]; have != nil {
		return have
	}
	for _, s := range r.Scenarios {
		if s.Name != scenario {
			continue
		}
		points := s.Points
		if !slices.Contains(points, "") {
			points = append(slices.Clone(points), "")
		}
		for _, p := range points {
			var here []*cell
			for _, x := range r.Trials {
				if x.Scenario != scenario || x.Point != p || x.Failed != "" {
					continue
				}
				i := slices.IndexFunc(here, func(c *cell) bool { return c.variant == x.Variant && c.target == x.Target })
				if i < 0 {
					i, here = len(here), append(here, &cell{scenario, x.Sweep, p, x.Target, x.Variant, x.Transport, nil})
				}
				here[i].trials = append(here[i].trials, x)
			}
			place := func(c *cell) []int {
				target := slices.IndexFunc(r.Targets, func(t target) bool { return t.Name == c.target })
				if i := slices.Index(s.Variants, c.variant); i >= 0 {
					return []int{i, target}
				}
				return []int{slices.Index(s.Variants, c.transport), target}
			}
			slices.SortStableFunc(here, func(a, b *cell) int { return slices.Compare(place(a), place(b)) })
			all = append(all, here...)
		}
	}
	r.found[scenario] = all
	return all
}

func sortBins(b []bin) { slices.SortFunc(b, func(x, y bin) int { return int(x.lo - y.lo) }) }
