package main

import (
	"slices"
	"strings"
	"testing"

	"pushbench/results/scale"
)

// roomy is a machine that holds a hundred thousand clients.
func roomy() facts {
	f := healthy()
	f.Files, f.FilesMost, f.FileMax, f.FilesUsed = 200_000, 1<<20, 1<<40, 2000
	f.Somaxconn, f.SynBacklog = 200_000, 200_000
	return f
}

// kept are clients that take 15 kB each on both sides.
var kept = []scale.Client{{Transport: "sse", Held: 500, Stacks: 4000, Heap: 3000, Runtime: 1000, Kernel: 2000, Generator: 3000, Opening: 100e-6}}

func TestWalls(t *testing.T) {
	const n = 100_000
	for _, row := range []struct {
		fact   string
		change func(*facts)
		name   string
		state  state
		says   string
	}{
		{"nothing is in the way", func(*facts) {}, "descriptors", ok, "up to 199,871 clients in one server process"},
		{"few descriptors, with what moves them", func(f *facts) { f.Files = 20_000 }, "descriptors", broken, "6 of each would hold 100,000 ulimit -Hn 100129"},
		{"the kernel's own limit goes first", func(f *facts) { f.Files, f.FilesMost = 20_000, 65_536 }, "descriptors", broken, "sysctl -w fs.nr_open=100129, then ulimit"},
		{"no descriptor at all", func(f *facts) { f.Files = 64 }, "descriptors", broken, "up to 0 clients"},
		{"files of the machine", func(f *facts) { f.FileMax, f.FilesUsed = 102_000, 2000 }, "open files", broken, "up to 50,000 clients with both ends on this machine sysctl -w fs.file-max=202258"},
		{"files that are not told", func(f *facts) { f.FileMax = 0 }, "open files", missing, "unknown"},
		{"several addresses on loopback", func(*facts) {}, "ports", ok, "4 addresses of 127.0.0.0/8, which the load generator takes by itself"},
		{"one address", func(f *facts) { f.Ports = 120_000 }, "ports", ok, "one address is enough"},
		{"no ports", func(f *facts) { f.Ports = 9 }, "ports", broken, "no client can be opened sysctl -w net.ipv4.ip_local_port_range"},
		{"ports that are not told", func(f *facts) { f.PortTop = 0 }, "ports", missing, "unknown"},
		{"no firewall", func(*facts) {}, "conntrack", ok, "not in use"},
		{"a firewall that tracks too few", func(f *facts) { f.ConntrackMax, f.ConntrackUsed = 65_536, 36 }, "conntrack", broken, "up to 65,500 clients, where a firewall"},
		{"one that tracks enough", func(f *facts) { f.ConntrackMax, f.ConntrackUsed = 262_144, 36 }, "conntrack", ok, "36 of 262,144 in use"},
		{"a short backlog is a warning", func(f *facts) { f.Somaxconn = 4096 }, "backlog", warn, "net.core.somaxconn=65535"},
		{"the shorter of two", func(f *facts) { f.SynBacklog = 2048 }, "backlog", warn, "the others try again after 1 s"},
		{"a backlog that is not told", func(f *facts) { f.Somaxconn = 0 }, "backlog", missing, "unknown"},
		{"memory", func(*facts) {}, "memory", ok, "up to 1,932,735 clients over SSE: each takes 10.0 kB at the server (stacks 4.00 kB, heap 3.00 kB, runtime 1.00 kB, kernel 2.00 kB) and 5.00 kB at the load generator"},
		{"too little memory", func(f *facts) { f.Free = 1 << 30 }, "memory", broken, "1.6 GiB free, or the clients on other machines, which takes 500 MB there and 1.00 GB here"},
	} {
		f := roomy()
		row.change(&f)
		all := f.walls(n, kept)
		i := slices.IndexFunc(all, func(w wall) bool { return w.Name == row.name })
		if i < 0 {
			t.Errorf("%s: no wall %q", row.fact, row.name)
			continue
		}
		got := all[i]
		if text := got.Value + ": " + got.Meaning + " " + got.Mend; got.State != row.state || !strings.Contains(text, row.says) {
			t.Errorf("%s: got %s %q, want %s with %q", row.fact, got.State, text, row.state, row.says)
		}
		one, before := first(all, n)
		if before != (row.state == broken) || before && one.Name != row.name {
			t.Errorf("%s: the first wall is %q, %v", row.fact, one.Name, before)
		}
		if got.State == broken && got.Mend == "" {
			t.Errorf("%s: nothing moves it", row.fact)
		}
	}
}

// Of several walls the lowest comes first.
func TestFirstWall(t *testing.T) {
	f := roomy()
	f.Files, f.ConntrackMax, f.Free = 20_000, 10_000, 1<<28
	if one, ok := first(f.walls(100_000, kept), 100_000); !ok || one.Name != "conntrack" || one.At != 10_000 {
		t.Errorf("%q at %d", one.Name, one.At)
	}
}

func TestWriteWalls(t *testing.T) {
	var b strings.Builder
	f := roomy()
	if err := writeWalls(&b, f, 1_000_000, kept, "run x"); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"The first wall is descriptors: up to 199,871 clients. To move it: ulimit -Hn 1000129",
		"A plan for 1,000,000 clients, by what one took in run x, where up to 500 were held",
		"at the server of it kernel at the clients processes machines opening",
		"SSE 10.0 GB 2.00 GB 5.00 GB 6 1 13s",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	b.Reset()
	f.Files, f.FilesMost, f.Free = 2_000_000, 2_000_000, 1<<30
	if err := writeWalls(&b, f, 1_000_000, kept, "run x"); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.Contains(text, "The first wall is memory over SSE: up to ") {
		t.Error(text)
	}
	b.Reset()
	f = roomy()
	if err := writeWalls(&b, f, 1000, nil, ""); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.Contains(text, "This machine can hold 1,000 clients, as far as is known.") || !strings.Contains(text, "no record tells how much a client takes") || strings.Contains(text, "A plan") {
		t.Error(text)
	}
}

func TestFileTable(t *testing.T) {
	for text, want := range map[string][2]uint64{"1836\t0\t2466183": {2466183, 1836}, "": {}, "a 0 5": {}, "1 0": {}} {
		if most, used := fileTable(text); most != want[0] || used != want[1] {
			t.Errorf("%q: %d of %d", text, used, most)
		}
	}
}
