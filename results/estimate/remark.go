package estimate

import (
	"slices"
	"strings"
)

// Remarks are the texts that of has of the estimates' numbers, each with the
// transports and the numbers that it is about: SSE (memory): 9 clients (measured:
// 100). A transport has the name that name gives it.
func Remarks(all []Estimate, of func(Number) []string, name func(transport string) string) []string {
	type remark struct {
		text, about string
		transports  []string
	}
	var remarks []*remark
	for _, e := range all {
		var texts []string
		about := map[string][]string{}
		for _, part := range []struct {
			name   string
			number Number
		}{{"bytes", e.Bytes}, {"server cores", e.Cores}, {"memory", e.Memory}, {"latency", e.P50}, {"latency", e.P99}} {
			for _, text := range of(part.number) {
				texts = union(texts, []string{text})
				about[text] = union(about[text], []string{part.name})
			}
		}
		for _, text := range texts {
			parts := " (" + strings.Join(about[text], ", ") + ")"
			if len(about[text]) == 4 {
				parts = ""
			}
			i := slices.IndexFunc(remarks, func(r *remark) bool { return r.text == text && r.about == parts })
			if i < 0 {
				i, remarks = len(remarks), append(remarks, &remark{text: text, about: parts})
			}
			remarks[i].transports = append(remarks[i].transports, name(e.Transport))
		}
	}
	var lines []string
	for _, r := range remarks {
		lines = append(lines, List(r.transports)+r.about+": "+r.text)
	}
	return lines
}

// List joins names: SSE, WebSocket and polling.
func List(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Beyond is what lies outside of what was measured, for Remarks.
func Beyond(n Number) []string { return n.Beyond }

// Missing is why there is no number, for Remarks.
func Missing(n Number) []string {
	if n.Missing == "" {
		return nil
	}
	return []string{n.Missing}
}
