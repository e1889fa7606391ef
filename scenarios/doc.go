// Package scenarios is what is asked of the transports: experiments as YAML files,
// read strictly.
//
// A file may have these keys; only about is required, the values shown are
// the defaults:
//
//	about: one sentence
//	suite: default        # or full
//	clients: 100          # simulated subscribers
//	topics: 1             # client i subscribes to topic i mod topics
//	events:
//	  rate: 10            # a second over all topics; 0: none
//	  arrival: constant   # or poisson, or burst: the rate is the mean over time
//	  payload: 128        # bytes
//	  burst: 1            # events at once, with arrival: burst
//	  retained: 0         # in each topic's history before a client connects
//	warm-up: 500ms        # not measured; at least the longest poll interval and a gap between events
//	duration: 2s          # measured; at least one poll interval
//	opening: 1            # connections being opened at a time
//	heartbeat: 15s        # of the server, on a silent stream
//	trials: 6             # of each variant at each point
//	variants: [polling/interval=500ms, longpoll, sse, websocket, tcp]
//	sweep: {clients: [10, 100]}  # none; exactly one of clients, payload, rate, interval
//	expect: ["sse: p99-sec <= 50ms"]  # none; [variant or transport:] metric op value
//
// Besides, for conditions other than loopback and a steady server:
//
//   - path: {delay: 50ms, jitter: 5ms, rate: 1250000, loss: 0.01, mtu: 1500} puts
//     clients and server into network namespaces of their own, which needs root:
//     delay and jitter of each packet each way, bytes per second, share of packets
//     lost. All may be left out; path: {} is Ethernet's segment size alone. The
//     publisher is beside the server as soon as there is a delay, rate or loss.
//   - stall: {after: 5s, for: 1400ms} pauses the server process at that time of
//     the window. The trial also keeps what a generator in a closed loop would
//     have reported.
//   - fresh: true gives each trial a server process of its own, also where the file
//     of a target keeps one for all trials: memory can be told of a new one only.
//   - spacing: 2ms, below events, is from one event of a burst to the next.
//   - suite may also be truth, reproduce, gate or atlas: what `pushbench truth`,
//     `reproduce`, `duel` and `atlas` run.
//
// The values of a sweep replace that of the field. An interval is swept on
// polling variants only, and these then name no interval. The other variants run
// once. An expectation is judged on the median of each cell that it covers. A
// count of broken rules, such as missed-events, is judged on the worst trial.
package scenarios
