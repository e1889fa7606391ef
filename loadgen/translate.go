package loadgen

import (
	"cmp"
	"errors"
	"fmt"

	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// translate prepares o for a target with a dialect, or says why it cannot be asked so.
func (o *Options) translate() error {
	d, err := o.Target.Dialect.Prepare()
	if err != nil {
		return fmt.Errorf("the target's dialect: %w", err)
	}
	o.Target.Dialect = d
	if o.Target.Figures == "" {
		o.Target.NoFigures = cmp.Or(o.Target.NoFigures, "only pushbench's own servers tell that")
	}
	return o.offered()
}

// Offered says why the target cannot be asked for what o says, as its dialect has it, or
// returns nil: also where it has none. It starts nothing.
func (o *Options) Offered() error {
	if o.Target.Dialect == nil {
		return nil
	}
	return o.offered()
}

func (o *Options) offered() error {
	d := o.Target.Dialect
	terms := termsOf(d, o.Variant.Transport)
	if terms == nil {
		return fmt.Errorf("the target does not offer %s", o.Variant.Transport.Label())
	}
	for _, s := range o.Variant.Settings() {
		switch s.Name {
		case "interval", "pace", "headers", "tls", "resume":
		default:
			if !s.Default {
				return fmt.Errorf("the variant %s sets %s, and only pushbench's own servers know this setting", o.Variant, s.Name)
			}
		}
	}
	for _, rule := range []struct {
		ok   bool
		text string
	}{
		{terms.Most == 0 || o.Clients <= terms.Most,
			fmt.Sprintf("the target file allows at most %d clients over %s, not %d", terms.Most, o.Variant.Transport.Label(), o.Clients)},
		{o.Topics == 1 || d.Topics(), fmt.Sprintf("the load has %d topics, and the target has one: "+
			"{topic} must be in the request that publishes and in those of all transports", o.Topics)},
		{o.Topics == 1 || d.Publish.By != dialect.ByServer,
			fmt.Sprintf("the load has %d topics, and the target's own events have one", o.Topics)},
		{o.Filler != wire.Random, "the load pads its events at random, and those of a target with routes of its own are padded with one sentence"},
		{o.Retained == 0, "the load needs events that are kept for later clients, and the target is not known to keep any"},
		{o.Send == 0, "the load has clients that publish, and only pushbench's own servers are known to let them"},
		{o.Fault.Kind == "" && o.Reconnect == nil, "the load has clients that lose their connections and go on behind the last event that they have, " +
			"and only pushbench's own servers are known to let them"},
		{o.Slow.Clients == 0, "the load has clients that read slowly, and only pushbench's own servers are known to tell them what they lose; " +
			"pushbench check says what another server does with a client that does not read"},
		{d.TLS || !o.Variant.On(wire.TLS),
			fmt.Sprintf("the variant %s asks for TLS, and the target's address does not begin with https", o.Variant)},
	} {
		if !rule.ok {
			return errors.New(rule.text)
		}
	}
	return nil
}

// termsOf are those of one transport; nil: it is not offered.
func termsOf(d *dialect.Dialect, t wire.Transport) *dialect.Terms {
	switch {
	case t == wire.SSE && d.SSE != nil:
		return &d.SSE.Terms
	case t == wire.WebSocket && d.WebSocket != nil:
		return &d.WebSocket.Terms
	case t == wire.LongPoll && d.LongPoll != nil:
		return &d.LongPoll.Terms
	case t == wire.Polling && d.Polling != nil:
		return &d.Polling.Terms
	}
	return nil
}
