package estimate

import (
	"slices"
	"strings"
)

// columns are what the numbers of an estimate are called where several of them have
// different measurements, in their order.
var columns = []string{"bytes", "server cores", "server memory", "latency", "latency"}

// Beyond tells what of a load lies beyond what was measured, each once. Where the
// same lies beyond several measurements, each says of what it is.
func Beyond(all []Estimate) []string {
	var texts []string
	whose := map[string]map[string][]string{} // transports, by text and column
	for _, e := range all {
		for i, n := range []Number{e.Bytes, e.Cores, e.Memory, e.P50, e.P99} {
			for _, s := range n.Beyond {
				if whose[s] == nil {
					texts, whose[s] = append(texts, s), map[string][]string{}
				}
				of := whose[s]
				of[columns[i]] = union(of[columns[i]], []string{names[e.Transport]})
			}
		}
	}
	const measured = " (measured: "
	told := slices.Clone(texts)
	for i, s := range texts {
		what, _, ok := strings.Cut(s, measured)
		if !ok || !slices.ContainsFunc(texts, func(o string) bool { return o != s && strings.HasPrefix(o, what+measured) }) {
			continue
		}
		var of []string
		for _, c := range slices.Compact(slices.Clone(columns)) {
			switch n := len(whose[s][c]); {
			case n == len(all):
				of = append(of, "for "+c)
			case n > 0:
				of = append(of, "for "+c+" of "+listed(whose[s][c]))
			}
		}
		told[i] = strings.TrimSuffix(s, ")") + " " + listed(of) + ")"
	}
	return told
}

// listed joins names: SSE, WebSocket and polling.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
