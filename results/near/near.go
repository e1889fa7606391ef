// Package near finds the word that somebody meant who typed another.
package near

import (
	"slices"
	"strings"
)

// Words returns those of the known words that somebody who typed word may have
// meant, at most three, the nearest first: at most a third of its letters differ, or
// one begins with the other, or all parts of one are in the other, as in B/event and
// wire-B/event.
func Words(word string, known []string) []string {
	type near struct {
		word     string
		distance int
	}
	var found []near
	word = strings.ToLower(word)
	for _, k := range known {
		low := strings.ToLower(k)
		d := distance(word, low)
		begins := len(word) >= 2 && (strings.HasPrefix(low, word) || strings.HasPrefix(word, low))
		if begins || within(word, low) || within(low, word) || d <= max(1, (max(len(word), len(low))+1)/3) {
			found = append(found, near{k, d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.distance - b.distance })
	var words []string
	for _, f := range found[:min(len(found), 3)] {
		words = append(words, f.word)
	}
	return words
}

// Word is the first of Words, or "".
func Word(word string, known []string) string {
	if words := Words(word, known); len(words) > 0 {
		return words[0]
	}
	return ""
}

// within reports whether every part of a is one of b. Dashes, slashes and underscores
// are between parts.
func within(a, b string) bool {
	parts := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '_' })
	}
	have := parts(b)
	return len(parts(a)) > 0 && !slices.ContainsFunc(parts(a), func(p string) bool { return !slices.Contains(have, p) })
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbor to get from a to b (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
