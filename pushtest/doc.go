// Package pushtest measures a server that pushes events, in a Go benchmark.
//
// It measures your own handler over polling, long-polling, server-sent events or WebSocket.
// You need only this file:
//
//	package examples
//
//	import (
//		"testing"
//
//		"pushbench/pushtest"
//	)
//
//	func TestMain(m *testing.M) { pushtest.Main(m, NewServer) }
//
//	func BenchmarkSSE(b *testing.B) {
//		pushtest.Run(b, pushtest.Load{
//			Subscribe: pushtest.SSE("/sse"), Publish: pushtest.POST("/publish"),
//			Clients: 200, Rate: 50, Payload: 128,
//		})
//		pushtest.Expect(b, "protocol-B/event == 14", "goroutines/conn < 3")
//	}
//
// NewServer is a func() http.Handler. Its handler pushes what is posted to /publish to
// all who read /sse. The payload of an event is a JSON object of exactly as many bytes
// as Payload says. The server may send it as it is, in an envelope, as a JSON string or
// in an array: it is recognized anywhere in a message. The directory examples has this
// server, with net/http, gorilla/websocket and coder/websocket.
//
// # Running
//
//	go test -run '^$' -bench SSE -count 10 | tee new.txt
//	benchstat old.txt new.txt
//
// One iteration is one event that is due. Events are due at a steady rate, whether or
// not the server keeps up. The time per iteration therefore says nothing about the server,
// and ns/op is left out. With the usual -benchtime of one second, a benchmark takes about
// three seconds and starts the server once. A 99th percentile needs 100 events: -benchtime
// 200x publishes 200. With few events, some numbers may be missing. Do not use -benchmem,
// which counts the load generator's memory.
//
// To compare two versions, run each of them ten times (-count 10). Each run starts a new
// server process. A single run is only an impression. Bytes, allocations and goroutines
// hardly differ from run to run. Times depend on what else the machine does, so benchstat
// may find a difference between two runs of the same server. If times matter, build both
// test binaries (go test -c) and run them in turn, ten times each.
//
// [Main] lets the test binary be the server, too. [Run] starts the server in a process of
// its own and ends it afterwards. So CPU, memory, goroutines and allocations are those of
// the server alone. The tests, the clients and the publisher are in the other process. The
// server has as many processors as -cpu says. The output of the server is shown when a
// measurement fails.
//
// # Numbers
//
// Names and meanings are those of pushbench's reports. [Metrics] tells what each number
// counts. A name is also the unit that benchstat reads. [Expect] and Load.Report take the
// same names and no others: p99-sec, not p99-latency-sec, and wire-B/event, not B/event. Run
// prints these numbers, unless Load.Report names others:
//
//	p50-sec p99-sec max-sec   latency: from when an event was due until its last
//	                          byte reached the clients' machine
//	open-sec                  from connect until a connection is open
//	protocol-B/event          HTTP heads, event framing, chunking, WebSocket frames
//	wire-B/event              all bytes in both directions, with TCP and IP headers
//	requests/event            of polling and long-polling
//	server-cpu-sec/event      CPU time of the server's process
//	server-allocs/event       objects that the server's process allocates
//	outside-B/conn            memory of the server's process and of the kernel's sockets
//	resident-B/conn           memory of the server's process
//	goroutines/conn fds/conn  goroutines and file descriptors of the server
//
// These can be named besides:
//
//	p90-sec p999-sec mean-sec spread-sec age-sec peak-age-sec to-server-sec
//	from-server-sec generator-wait-sec uncorrected-p99-sec uniform-fit
//	overhead-B/event framing-B/event wire-B/client-min segments/event
//	retransmitted-B requests/client-sec empty-requests-share
//	connect-sec tls-sec http-sec first-event-sec handshake-B/conn
//	handshake-segments/conn conns/sec server-cpu-sec/conn loadgen-cpu-sec/conn
//	server-mem-B/conn stacks-B/conn heap-B/conn runtime-B/conn kernel-B/conn
//	loadgen-mem-B/conn server-syscalls/event loadgen-cpu-sec/event
//	schedule-lag-sec of-ceiling cpu-pressure
//	missed-events duplicated-events reordered-events
//
// These are of loads that pushtest does not have, with proxies, backplanes, faults, slow clients
// and compression, and are always left out:
//
//	proxy-cpu-sec/event proxy-B/conn backplane-cpu-sec/event compression-ratio reconnect-p50-sec
//	reconnect-p99-sec listen-drops reconnect-max-sec reconnect-open-p99-sec recover-p99-sec reconnect-B reconnects/client
//	disconnected-share server-cpu-after-sec slow-delivered-share slow-dropped-share
//	slow-cuts/client slow-p50-sec slow-server-B
//
// An event is counted once for each client that gets it. A number that cannot be measured
// is left out, such as the memory of fewer than 100 clients, or the CPU of a server that
// pushtest has not started.
//
// # What fails
//
// A benchmark fails if a client misses an event, gets one twice or out of order, or loses
// its connection. It also fails if the bytes of all kinds do not add up to what the kernel
// counted on the sockets. Then no numbers are printed. [Expect] adds bounds of your own.
// Protocol and framing bytes are exact, so you can expect them to be equal. Bytes of TCP
// and IP headers depend on how the kernel divides the data. Leave some room in bounds for
// these bytes and for times.
//
// A failure shows what the server printed last.
//
// # Other servers
//
// If your server needs more than a path, set the fields of [Subscription] and
// [Publication]: headers, a message on opening, an answer to pings, cursors.
//
// A server that does not use net/http's server calls [MainAddr] instead of Main:
//
//	func TestMain(m *testing.M) {
//		pushtest.MainAddr(m, func(address string) error {
//			engine := nbhttp.NewEngine(nbhttp.Config{Network: "tcp", Addrs: []string{address}, Handler: NewServer()})
//			return engine.Start()
//		})
//	}
//
// A server that runs already is named by Load.Address.
//
// Measuring needs Linux. Elsewhere a benchmark is skipped and says so.
package pushtest
