// Package cost shows what a delivery costs the load generator and the server as the number of
// clients grows: what BenchmarkCost of package loadgen has measured.
//
// Everything comes from its lines in the Go benchmark format. The same lines give the same bytes.
package cost

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// A Run is what was measured. Read makes one.
type Run struct {
	cpu     string // the machine's, as it calls itself
	readers []string
	clients []int
	points  map[point]cost
}

type point struct {
	reader  string
	clients int
}

// A cost is that of one delivery.
type cost struct {
	loadgen, server float64 // seconds of CPU time
	allocs          float64 // of the load generator
	rate            float64 // deliveries per second
}

// Read reads the lines of a benchmark. It returns an error for one that it cannot read, or that
// lacks a number, and when there are none.
func Read(r io.Reader) (*Run, error) {
	run := &Run{points: map[point]cost{}}
	in := benchfmt.NewReader(r, "cost")
	for in.Scan() {
		switch line := in.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, line
		case *benchfmt.Result:
			if err := run.add(line); err != nil {
				return nil, err
			}
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if len(run.points) == 0 {
		return nil, errors.New("no line of a benchmark with clients and reader")
	}
	slices.Sort(run.clients)
	return run, nil
}

func (r *Run) add(line *benchfmt.Result) error {
	var at point
	_, parts := line.Name.Parts()
	for _, part := range parts {
		name, value, _ := strings.Cut(strings.TrimPrefix(string(part), "/"), "=")
		switch name {
		case "reader":
			at.reader = value
		case "clients":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return fmt.Errorf("%s: no number of clients: %q", line.Name, value)
			}
			at.clients = n
		}
	}
	if at.reader == "" || at.clients == 0 {
		return fmt.Errorf("%s: neither a reader nor a number of clients", line.Name)
	}
	if _, twice := r.points[at]; twice {
		return fmt.Errorf("%s: measured twice", line.Name)
	}
	var c cost
	for unit, into := range map[string]*float64{
		"loadgen-µs/event": &c.loadgen, "server-µs/event": &c.server,
		"loadgen-allocs/event": &c.allocs, "events/s": &c.rate,
	} {
		v, ok := line.Value(unit)
		if !ok || !(v >= 0 && v < 1e12) {
			return fmt.Errorf("%s: no %s", line.Name, unit)
		}
		*into = v
	}
	c.loadgen, c.server = c.loadgen/1e6, c.server/1e6
	r.points[at] = c
	r.cpu = line.GetConfig("cpu")
	if !slices.Contains(r.readers, at.reader) {
		r.readers = append(r.readers, at.reader)
	}
	if !slices.Contains(r.clients, at.clients) {
		r.clients = append(r.clients, at.clients)
	}
	return nil
}

// line is one cost of a reader over the numbers of clients that it was measured with.
func (r *Run) line(reader string, of func(cost) float64) (clients []int, costs []float64) {
	for _, n := range r.clients {
		if c, ok := r.points[point{reader, n}]; ok {
			clients, costs = append(clients, n), append(costs, of(c))
		}
	}
	return clients, costs
}

func ofLoadgen(c cost) float64 { return c.loadgen }
func ofServer(c cost) float64  { return c.server }

// varies is by what share of their middle costs differ from it, at most.
func varies(costs []float64) float64 {
	least, most := slices.Min(costs), slices.Max(costs)
	if most == 0 {
		return 0
	}
	return (most - least) / (most + least)
}
