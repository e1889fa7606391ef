package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"syscall"

	"pushbench/lab/audit"
	"pushbench/lab/capture"
	"pushbench/lab/path"
	"pushbench/lab/proxy"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/scenarios/link"
)

// bias is the most that the generator may be wrong about the mean latency, in
// seconds, before an audit says so.
const bias = 100e-6

// clockError is how far the generator's clock and the capture's may be apart,
// in seconds. Both stamp the same packet by the same clock; the generator
// converts its stamp to the monotonic clock and back, by brackets of some
// hundred nanoseconds.
const clockError = 1e-6

// A testbed is what a trial is carried out in: the path between clients
// and server, the server process and who watches.
type testbed struct {
	link     link.Link
	path     *path.Path       // nil: loopback
	server   opened           // its stop leaves it where it is for other trials, too
	nodes    *nodes           // that are the server together; nil: it is one process
	proxy    *proxy.Proxy     // in front of the server; nil: none
	capture  *capture.Capture // nil: nobody watches
	recorder *audit.Recorder
}

// loopbackMTU is that of Linux's loopback interface.
const loopbackMTU = 65536

// setUp opens the path that the trial asks for and starts its server behind
// it. The caller leaves.
func (r *Runner) setUp(ctx context.Context, p Planned, seed uint64, parts parts) (_ *testbed, err error) {
	s := &testbed{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	var in func(start func() error) error
	host := cmp.Or(r.Host, "127.0.0.1")
	if l, over := r.link(p.Cell); over {
		l.Seed = seed
		s.link = l
		if s.path, err = path.Open(l); err != nil {
			return nil, fmt.Errorf("path: %w", err)
		}
		host, in = s.path.Server().Addr().String(), s.path.Server().Do
	}
	if r.Audit {
		if err := s.watch(); err != nil {
			return nil, err
		}
	}
	if s.server, s.nodes, err = r.setUpNodes(ctx, p, host, parts.in(in)); err != nil {
		return s, err
	}
	if in := parts.in(in); p.Cell.Scenario.Proxy != nil {
		err = s.begin(ctx, proxy.Options{Setup: proxyOf(p.Cell), Host: host, Server: s.server.HTTP, In: in})
	}
	return s, err
}

// begin starts a proxy in front of the server, beside which it is. Both end together, the proxy
// first.
func (s *testbed) begin(ctx context.Context, o proxy.Options) (err error) {
	if s.path != nil {
		o.Via = s.path.Server()
	}
	if s.proxy, err = proxy.Start(ctx, o); err != nil {
		_ = s.server.stop(true) // why there is no proxy says more
		return fmt.Errorf("the proxy in front: %w", err)
	}
	stop := s.server.stop
	s.server.stop = func(failed bool) error {
		first := s.proxy.Stop()
		if first != nil {
			first = fmt.Errorf("the proxy in front: %w", first)
		}
		if second := stop(failed); first == nil {
			first = second
		}
		return first
	}
	return nil
}

// watch starts a capture at the clients' end.
func (s *testbed) watch() error {
	end := s.path.Client()
	s.recorder = &audit.Recorder{}
	return end.Do(func() (err error) {
		s.capture, err = capture.Start(end.Interface())
		return err
	})
}

// equip says to the load generator what its testbed is.
func (s *testbed) equip(o *loadgen.Options, stall scenarios.Stall, known results.Target) {
	o.Target = loadgen.Target{
		HTTP: s.server.HTTP, TCP: s.server.TCP, Cert: s.server.Cert, Dialect: s.server.Dialect,
		PID: s.server.PID, Processes: s.server.Processes, Gone: s.server.Exited(), Served: s.server.served,
		Warmed: len(s.server.warm) > 0,
	}
	s.nodes.equip(&o.Target)
	if s.proxy != nil {
		o.Target.Front = &loadgen.Front{Address: s.proxy.Address, Cert: s.proxy.Cert, Processes: s.proxy.Processes}
	}
	for _, a := range known.Absent {
		if a.What == results.Figures {
			o.Target.NoFigures = a.Reason
		}
	}
	if s.path != nil {
		// The publisher is beside the server, so that the transport's way alone
		// is in the latency; where the path adds nothing it is beside the
		// clients, so that one capture sees both.
		o.Target.Clients, o.Target.Publisher = s.path.Client(), s.path.Server()
		o.Target.Inside = s.path.Client().Do
		o.Target.Silence = s.link.Silence()
		o.Target.Retransmitted = func() (int64, error) { return s.path.Server().Retransmitted(s.path.Client()) }
		if s.link.Plain() {
			o.Target.Publisher = s.path.Client()
		}
	}
	switch o.Fault.Kind {
	case results.FaultRestart:
		o.Fault.Do = s.server.Restart
	case results.FaultReload:
		o.Fault.Do = s.proxy.Reload
	}
	if s.recorder != nil {
		o.Trace = s.recorder
	}
	if stall.For > 0 {
		o.Uncorrected = true
		o.Acts = append(o.Acts,
			loadgen.Act{At: stall.After, Do: func() error { return s.server.Signal(syscall.SIGSTOP) }},
			loadgen.Act{At: stall.After + stall.For, Do: func() error { return s.server.Signal(syscall.SIGCONT) }})
	}
}

// describe returns the path of trials of c as the record has it.
func (r *Runner) describe(c scenarios.Cell) results.Path {
	l, over := r.link(c)
	switch {
	case !over:
		return results.Path{Kind: "loopback", MTU: loopbackMTU}
	case l.Plain():
		return results.Path{Kind: "veth", MTU: l.Largest()}
	}
	return results.Path{
		Kind: "tunnel", Profile: c.Scenario.Profile, MTU: l.Largest(),
		Delay: l.Delay.Seconds(), Jitter: l.Jitter.Seconds(), Rate: float64(l.Rate), Loss: l.Loss,
	}
}

// audit compares t with what was captured. The server has ended.
func (s *testbed) audit(t *results.Trial) error {
	if s.capture == nil {
		return nil
	}
	trace, err := s.capture.Stop()
	s.capture = nil
	if err != nil {
		return err
	}
	t.Audit = s.recorder.Compare(trace, s.path.Server().Addr(), t.Load)
	if reason := s.auditFailure(t); reason != "" && t.Failed == "" {
		t.Failed = reason
	}
	if t.Failed == "" && t.Audit.Bias > bias {
		t.Warnings = append(t.Warnings, results.Warning{Code: "bias",
			Text: fmt.Sprintf("the generator and its side of TCP added more than %d µs to the mean latency, by the kernel's time stamps", int(bias*1e6))})
	}
	return nil
}

// auditFailure says why an audit proves nothing, or that it proves an error.
func (s *testbed) auditFailure(t *results.Trial) string {
	a := t.Audit
	base64 := t.Settings.On("binary") && t.Transport != "websocket"
	plain := s.server.Cert == "" && (s.proxy == nil || s.proxy.Cert == "")
	visible := s.link.Plain() && plain && !t.Settings.On("compress") && !base64
	switch {
	case a.Dropped > 0:
		return fmt.Sprintf("the capture is incomplete: it lost or could not read %d packets", a.Dropped)
	case a.Connections != int64(t.Load.Clients):
		return fmt.Sprintf("the capture has %d connections of %d", a.Connections, t.Load.Clients)
	case a.Unattributed > 0:
		return fmt.Sprintf("%d connections to the server in the capture belong to no client", a.Unattributed)
	case a.Early > 0:
		return fmt.Sprintf("%d deliveries arrived, by the generator, before the packets that make them whole", a.Early)
	case !a.Explained():
		return fmt.Sprintf("the ledger does not explain the capture: %d bytes to the clients and %d from them", a.In.Unexplained, a.Out.Unexplained)
	case visible && a.Events != a.Deliveries:
		return fmt.Sprintf("the capture saw %d of %d deliveries, or saw them come before they were sent", a.Events, a.Deliveries)
	case a.BiasSend < -clockError || a.BiasRead < -clockError:
		return "by the kernel's time stamps, the generator sent events before they were due or received them before they arrived"
	}
	return ""
}

// close ends the capture, if it is still under way, and the path. The server
// has ended.
func (s *testbed) close() error {
	var errs []error
	if s.capture != nil {
		_, err := s.capture.Stop()
		errs = append(errs, err)
	}
	if s.path != nil {
		errs = append(errs, s.path.Close())
	}
	return errors.Join(errs...)
}
