package wire

import "testing"

// AddDuration adds a row to the table of settings until the test ends.
func AddDuration(t *testing.T, s Setting) DurationSetting {
	t.Cleanup(func() { rows = rows[:len(rows)-1] })
	return newDuration(&s)
}
