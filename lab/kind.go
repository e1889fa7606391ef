package lab

import (
	"errors"
	"time"

	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// ceilingTime is that of a measurement of the generator's ceiling; its best
// fifth counts.
const ceilingTime = 200 * time.Millisecond

// A loadKind is the shape of a trial on which the generator's ceiling depends:
// trials of one shape share a measurement.
type loadKind struct {
	variant wire.Variant // with the settings that are in each answer or request, and no others
	clients int
	payload int // bytes
}

// kindOf is that of trials of c; ok is false where no ceiling can be compared:
// without events, where other processes carry out the load, and over a tunnel, whose packets
// the generator's own process carries.
func (r *Runner) kindOf(c scenarios.Cell) (k loadKind, ok bool) {
	l, _ := r.link(c)
	k = loadKind{c.Variant.Sent(), c.Scenario.Clients, c.Scenario.Events.Payload}
	return k, c.Scenario.Events.Rate > 0 && l.Plain() && len(r.Null) > 0 && r.Load == nil
}

// lacks says why the null server cannot measure the ceiling of k, or nothing.
func (k loadKind) lacks() error {
	switch {
	case k.variant.Word(wire.HTTP) == "2" && k.variant.Transport == wire.WebSocket:
		return errors.New("the null server, against which that is measured, has WebSocket over HTTP/1.1 only")
	case k.variant.On(wire.Compress):
		return errors.New("the null server, against which that is measured, does not compress")
	case k.variant.On(wire.Binary):
		return errors.New("the null server, against which that is measured, sends payloads as text only")
	}
	return nil
}
