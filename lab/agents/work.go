package agents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen"
	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
)

// A work is a part of a trial while an agent carries it out.
type work struct {
	agent    *agent
	run      string
	trial    int
	options  loadgen.Options
	length   time.Duration // from the start until the end of the window
	ctx      context.Context
	cancel   context.CancelFunc
	told     atomic.Bool   // the coordinator has said that it is to give the trial up
	released chan order    // stages at which all go on
	quiet    atomic.Int64  // until this instant nothing is said
	over     atomic.Uint64 // share of the trial that is over, as the bits of a float64
	start    int64         // how long after the start it went to work
}

func newWork(a *agent, o order) (*work, error) {
	options, err := o.Task.options()
	if err != nil {
		return nil, err
	}
	w := &work{agent: a, run: o.Run, trial: o.Trial, options: options, released: make(chan order, len(loadgen.Stages))}
	w.options.Part = &loadgen.Part{
		Part: account.Part{Index: o.Task.Index, Of: o.Task.Of}, Elsewhere: o.Task.Host != a.Host, Meet: w.meet,
	}
	w.options.Progress = func(over float64) { w.over.Store(math.Float64bits(over)) }
	if w.length, err = w.options.Length(); err != nil {
		return nil, err
	}
	w.ctx, w.cancel = context.WithCancel(a.ctx)
	return w, nil
}

// carryOut carries the part out and reports.
func (w *work) carryOut() {
	defer w.cancel()
	var telling sync.WaitGroup
	alive, over := context.WithCancel(w.ctx)
	telling.Go(func() { w.tellAlive(alive) })
	t, err := loadgen.Run(w.ctx, w.options)
	over()
	telling.Wait()
	m := message{Say: sayReport, Report: t, Start: w.start}
	switch {
	case err != nil && w.told.Load():
		m.Error, m.GaveUp = "it gave the trial up, as it was told to", true
	case err != nil && w.ctx.Err() != nil:
		m.Error, m.Left = "it was ended by a signal", true
	case err != nil:
		m.Error = err.Error()
	default:
		t.Pack()
	}
	if err := w.say(m); err != nil {
		w.agent.Tell(fmt.Sprintf("nobody hears of trial %d: %v", w.trial, err))
	}
}

// aliveEvery is how often an agent says that it is there.
const aliveEvery = time.Second

// tellAlive says that the agent is there until ctx is done, except when all is quiet.
func (w *work) tellAlive(ctx context.Context) {
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if clock.Now() >= w.quiet.Load() {
			_ = w.say(message{Say: sayAlive, Over: math.Float64frombits(w.over.Load())}) // an error ends the connection
		}
	}
}

// say says m to the coordinator. A report that is too long for the NATS server becomes an
// error that says so.
func (w *work) say(m message) error {
	m.Agent, m.Trial = w.agent.Name, w.trial
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if most := w.agent.conn.MaxPayload(); int64(len(text)) > most {
		m.Report = nil
		const words = "its report of %d bytes is longer than the NATS server takes (max_payload: %d)"
		m.Error = fmt.Sprintf(words, len(text), most)
		if text, err = json.Marshal(m); err != nil {
			return err
		}
	}
	return w.agent.conn.Publish(subjectRun(w.run), text)
}

// meet says that the part has come to a stage, and waits until all have.
func (w *work) meet(ctx context.Context, at loadgen.Stage) (int64, error) {
	if err := w.say(message{Say: sayStage, Stage: at}); err != nil {
		return 0, err
	}
	look := time.NewTicker(answerWithin)
	defer look.Stop()
	for {
		select {
		case o := <-w.released:
			switch {
			case o.Stage != at:
				return 0, fmt.Errorf("it was told to go on when %s, and was where %s", o.Stage, at)
			case at != loadgen.Ready:
				return 0, nil
			}
			return o.At, w.await(ctx, o.At)
		case <-look.C:
			if !w.agent.present(w.run) {
				return 0, errors.New("the coordinator is gone")
			}
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// await waits for the start at an instant, and has the agent be quiet until the end of the
// window.
func (w *work) await(ctx context.Context, at int64) error {
	w.quiet.Store(at + int64(w.length))
	if late := clock.Now() - at; late > 0 {
		return fmt.Errorf("it was told to begin %s too late: its machine or the network is too busy; "+
			"have fewer agents or clients on it", time.Duration(late))
	}
	err := clock.WaitUntil(ctx, at)
	w.start = clock.Now() - at
	return err
}
