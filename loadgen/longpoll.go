package loadgen

import (
	"pushbench/servers/wire"
)

// openLongPoll opens clients whose next request follows the last answer at
// once. The first request is not held, so that opening is one round trip.
func openLongPoll(o *Options, d *dialer) opener {
	param := func(wait string) string { return "&" + wire.ParamWait + "=" + wait }
	later := param(wire.Duration(o.Variant.Duration(wire.Wait)))
	if o.Variant.Duration(wire.Batch) > 0 {
		later += "&" + wire.ParamBatch + "=" + wire.Duration(o.Variant.Duration(wire.Batch))
	}
	return openAsker(o, d, param("0s"), later)
}
