package scenarios

import (
	"slices"

	"pushbench/servers/wire"
)

// A Filter selects variants: by transport (`sse`: all its variants) or by
// full name (`sse/tls`). Nil selects all. Make one with ParseFilter.
type Filter []string

// ParseFilter checks that every name is a transport or a variant. The filter
// has the names in the form in which reports write them.
func ParseFilter(names []string) (Filter, error) {
	var f Filter
	for _, name := range names {
		v, err := wire.ParseVariant(name)
		if err != nil {
			return nil, err
		}
		if !wire.Transport(name).Known() {
			name = v.String()
		}
		f = append(f, name)
	}
	return f, nil
}

// Match reports whether f selects v.
func (f Filter) Match(v wire.Variant) bool {
	return f == nil || slices.Contains(f, string(v.Transport)) || slices.Contains(f, v.String())
}
