package servers

import (
	"strings"
	"testing"
)

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "0", "1", "-1", "+1", "007", "1_0", "0x1", `"7"`, `W/"7"`, "18446744073709551615", "18446744073709551616", "0a1b2c3d-7", "-7", "0A1B2C3D-7", "0a1b2c3d-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		epoch, n, err := parseCursor(s)
		tag, ours := parseTag(`"` + s + `"`)
		if (err == nil) != ours || ours && s != tag {
			t.Fatalf("cursor %d, %v, tag %s, %v", n, err, tag, ours)
		}
		if err != nil {
			return
		}
		mark := string(appendCursor(nil, epoch, n))
		if again, m, err := parseCursor(mark); again != epoch || m != n || err != nil {
			t.Fatalf("%q is %q, which is %q and %d, %v", s, mark, again, m, err)
		}
		if epoch == "" && strings.TrimLeft(s, "0") != strings.TrimLeft(mark, "0") {
			t.Fatalf("%q is %d", s, n)
		}
	})
}
