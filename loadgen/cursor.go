package loadgen

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// epochs is the parameter by which a client asks for cursors that tell one process of the
// server from another. It is asked for where the server is started again.
func (o *Options) epochs() string {
	if o.Fault.Kind == results.FaultRestart {
		return "&" + wire.ParamEpoch + "=1"
	}
	return ""
}

// after is the number of the last event that c has, as the present server counts.
func (c *client) after() uint64 { return c.Has() - c.base }

// begins is the query by which a WebSocket says behind which event it begins.
func (c *client) begins(o *Options) string {
	if c.losses > 0 && o.Reconnect.Forget {
		return o.epochs()
	}
	return "&" + wire.ParamAfter + "=" + cursor{c.epoch, c.after()}.String() + o.epochs()
}

// begun takes the head of a server's answer, which says behind which event the stream of c
// begins.
func (c *client) begun(h http.Header, o *Options) error {
	if o.Reconnect == nil {
		return nil
	}
	epoch, n, err := parse.Cursor(h.Get(wire.HeaderCursor))
	if err != nil {
		return err
	}
	if c.losses == 0 || !o.Reconnect.Forget {
		if c.losses == 0 {
			c.epoch = epoch
		}
		return nil
	}
	if epoch != c.epoch {
		c.base = c.recovery.bases[c.Topic].Load()
	}
	c.epoch = epoch
	c.rec.Lose(&c.Account, c.base+n)
	return nil
}

// gap takes a server's word that events are lost to c. It was started again, or has
// forgotten them.
func (c *client) gap(doc []byte) error {
	if c.slow {
		return c.forgo(doc)
	}
	var g wire.Gap
	if c.recovery == nil || c.epoch == "" || json.Unmarshal(doc, &g) != nil || g.Oldest == 0 || g.Epoch == c.epoch {
		return fmt.Errorf("%w: %s", errForgotten, parse.Excerpt(doc))
	}
	c.epoch, c.base = g.Epoch, c.recovery.bases[c.Topic].Load()
	c.rec.Lose(&c.Account, c.base+g.Oldest-1)
	if c.behind > 0 {
		c.recovery.caughtUp(c, c.conn.last.Arrived)
	}
	return nil
}

// A cursor is the number of the event behind which a client goes on.
type cursor struct {
	epoch string // of the number; empty: it bears none
	n     uint64
}

// appendTo appends the cursor as a request has it.
func (c cursor) appendTo(b []byte) []byte {
	if c.epoch != "" {
		b = append(append(b, c.epoch...), '-')
	}
	return strconv.AppendUint(b, c.n, 10)
}

func (c cursor) String() string { return string(c.appendTo(nil)) }

// publishes is the parameter by which a WebSocket says that it has events of its own.
func (o *Options) publishes() string {
	if o.Send > 0 {
		return "&" + wire.ParamPublish + "=1"
	}
	return ""
}
