package parse

import "testing"

// A cursor is a number, which may have an epoch before it.
func TestCursor(t *testing.T) {
	for _, row := range []struct {
		text, epoch string
		n           uint64
		ok          bool
	}{
		{"0", "", 0, true},
		{"18446744073709551615", "", 18446744073709551615, true},
		{"0a1b2c3d-7", "0a1b2c3d", 7, true},
		{"", "", 0, false},
		{"-7", "", 0, false},
		{"0a1b2c3d-", "", 0, false},
		{"0a1b2c3d-x", "", 0, false},
		{"a-b-7", "", 0, false},
		{"7 ", "", 0, false},
	} {
		epoch, n, err := Cursor(row.text)
		if epoch != row.epoch || n != row.n || (err == nil) != row.ok {
			t.Errorf("%q: %q, %d, %v", row.text, epoch, n, err)
		}
	}
}

// FuzzCursor sees to it that what is read back is what was written.
func FuzzCursor(f *testing.F) {
	f.Add("0a1b2c3d-7")
	f.Fuzz(func(t *testing.T, text string) {
		epoch, n, err := Cursor(text)
		if err != nil && (epoch != "" || n != 0) {
			t.Errorf("%q, %d with an error", epoch, n)
		}
	})
}
