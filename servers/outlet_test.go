package servers

import (
	"sync/atomic"
	"testing"
)

// A countedWriter counts what it is to write.
type countedWriter struct{ n atomic.Int32 }

func (w *countedWriter) write() { w.n.Add(1) }

// What becomes due while somebody looks at an outlet is written when that is over.
func TestWhatBecomesDueMeanwhile(t *testing.T) {
	w := &countedWriter{}
	o := &outlet{to: w}
	l := reader{o}
	l.Lock()
	if !o.push(nil) || w.n.Load() != 0 {
		t.Errorf("it was written %d times by who could not lock it", w.n.Load())
	}
	l.Unlock()
	if w.n.Load() != 1 {
		t.Errorf("it was written %d times", w.n.Load())
	}
}

// A pump that comes to an outlet which has just left it leaves the pump alone that is in the gate of
// the connection: another outlet has it by now.
func TestPumpOfAnOutletThatHasLeft(t *testing.T) {
	topic, work := newTopic(4, 1<<10), &activity{}
	g, w := &gate{}, &countedWriter{}
	o := &outlet{to: w, gate: g}
	o.mu.Lock()
	topic.join(o, work)
	p := o.pump
	topic.part(o)
	o.mu.Unlock()
	other := &pump{}
	if !g.enter(other) {
		t.Fatal("the gate is closed")
	}
	if !o.push(p) {
		t.Error("the pump has to go")
	}
	if !g.exit() {
		t.Error("the other pump has been handed on")
	}
	until(t, "it was written all the same", func() bool { return w.n.Load() == 1 })
	work.shut()
	<-work.empty
}
