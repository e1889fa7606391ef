package scenarios

import (
	"slices"

	"pushbench/servers/wire"
)

// A Filter selects variants: by transport (`sse`: all its variants) or by
// full name (`sse/tls`). Nil selects all. Make one with ParseFilter.
type Filter []Who

// ParseFilter checks that every name is a transport or a variant.
func ParseFilter(names []string) (Filter, error) {
	var f Filter
	for _, name := range names {
		w, err := parseWho(name)
		if err != nil {
			return nil, err
		}
		f = append(f, w)
	}
	return f, nil
}

// Match reports whether f selects v.
func (f Filter) Match(v wire.Variant) bool {
	return f == nil || slices.ContainsFunc(f, func(w Who) bool { return w.Covers(string(v.Transport), v.String()) })
}
