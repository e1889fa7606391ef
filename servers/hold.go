package servers

import "time"

// heldMost is how many events of one publisher are held at most; it waits when
// there are more.
const heldMost = 4096

// A heldEvent is one that was read and is yet to be published.
type heldEvent struct {
	payload []byte
	read    time.Time
}

// runHeld is run with each event published and acknowledged so much later than
// it was read: see Injections.Latency. When it returns nothing is held.
func (p *publisher) runHeld(publish func(payload []byte) (uint64, error), latency time.Duration) error {
	held, released := make(chan heldEvent, heldMost), make(chan error)
	p.held = true
	go func() { released <- p.release(held, publish, latency) }()
	err := p.run(func(payload []byte, read time.Time) error {
		held <- heldEvent{payload, read}
		return nil
	})
	close(held)
	if lost := <-released; lost != nil {
		return lost
	}
	return err
}

// release publishes what is held, each when its time has come. Acknowledgements
// are sent before it waits. When one cannot be sent, or an event cannot be
// published, it ends the reading, too, and drops what is still held, as run
// drops what it has not read.
func (p *publisher) release(held <-chan heldEvent, publish func(payload []byte) (uint64, error), latency time.Duration) (err error) {
	give := func(up error) {
		err = up
		p.lost.Store(true)
		p.out.rc.SetReadDeadline(time.Now())
	}
	send := func() {
		if err != nil {
			return
		}
		if failed := p.flush(); failed != nil {
			give(failed)
		}
	}
	for e := range held {
		wait := time.Until(e.read.Add(latency))
		if wait > 0 {
			send()
		}
		if err != nil {
			continue
		}
		pause(wait)
		id, failed := publish(e.payload)
		if failed != nil {
			give(failed)
			continue
		}
		p.acknowledge(id, e.read.UnixNano())
		if len(held) == 0 || len(p.acks) >= batchSize {
			send()
		}
	}
	return err
}
