package clock

import (
	"testing"
	"time"
)

const sec = int64(time.Second)

// A thread that is preempted between the two clocks is not believed: the
// tightest bracket counts.
func TestTightestBracket(t *testing.T) {
	const ahead = 5 * sec
	reads := 0
	offset, width, _ := bracketed(func() int64 {
		if reads++; reads%2 == 1 { // as if it had been preempted for a while
			for until := Now() + int64(2*time.Millisecond); Now() < until; {
			}
		}
		return Now() + ahead
	})
	if reads != brackets || width >= int64(2*time.Millisecond) || offset-ahead > width || ahead-offset > width {
		t.Errorf("%d readings, offset %d, width %d", reads, offset, width)
	}
}

// A wall clock that is set is noticed; one that drifts is followed.
func TestWallClockIsSet(t *testing.T) {
	for _, row := range []struct {
		fact         string
		moved, after int64
		steps        int
	}{
		{"a drift of 400 ppm", 400 * int64(time.Microsecond), sec, 0},
		{"within the bracket", 900, 0, 0},
		{"a second forward", sec, sec / 20, 1},
		{"a millisecond back", -int64(time.Millisecond), sec / 20, 1},
	} {
		c := &Wall{width: 1000, at: sec}
		c.offset.Store(7 * sec)
		c.update(7*sec+row.moved, 1000, sec+row.after)
		if steps, most := c.Steps(); steps != row.steps || steps > 0 && most != time.Duration(max(row.moved, -row.moved)) {
			t.Errorf("%s: set %d times, by %s", row.fact, steps, most)
		}
		if got := c.Instant(7*sec + row.moved + 3); got != 3 {
			t.Errorf("%s: instant %d", row.fact, got)
		}
	}
}
