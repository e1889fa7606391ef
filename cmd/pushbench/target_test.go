package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pushbench/lab/target"
)

func TestUnready(t *testing.T) {
	for _, c := range []struct {
		fact   string
		err    error
		text   string
		status int
		hint   string
	}{
		{"a target that cannot be used is bad input", fmt.Errorf("target mine: %w", &target.Unready{Err: errors.New("no luck"), Hint: "more of it"}), "target mine: no luck", exitUsage, "more of it"},
		{"Ctrl-C while it is started is none", fmt.Errorf("target mine: %w", context.Canceled), "interrupted", exitInterrupted, ""},
	} {
		var e *exitError
		if err := unready(c.err); !errors.As(err, &e) || err.Error() != c.text || e.status != c.status || e.hint != c.hint {
			t.Errorf("%s: %v, %+v", c.fact, err, e)
		}
	}
	if other := errors.New("other"); unready(other) != other {
		t.Error("another error is changed")
	}
}
