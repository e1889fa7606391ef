package strict

import (
	"slices"
	"strings"
)

// Suggest returns those of the known words that somebody who typed word may
// have meant, the nearest first: at most a third of its letters differ, or one
// begins with the other.
func Suggest(word string, known []string) []string {
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
		if begins || d <= max(1, (max(len(word), len(low))+1)/3) {
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

// Nearest is the first of Suggest, or "".
func Nearest(word string, known []string) string {
	if words := Suggest(word, known); len(words) > 0 {
		return words[0]
	}
	return ""
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
