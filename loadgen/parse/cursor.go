package parse

import (
	"fmt"
	"strconv"
	"strings"

	"pushbench/servers/wire"
)

// Cursor reads a cursor as a server gives it: the number of an event, which may have an
// epoch and a dash before it.
func Cursor(text string) (epoch string, n uint64, err error) {
	number := text
	if before, after, dashed := strings.Cut(text, "-"); dashed && before != "" {
		epoch, number = before, after
	}
	if n, err = strconv.ParseUint(number, 10, 64); err != nil {
		return "", 0, fmt.Errorf("not an event number in %s: %.40q", wire.HeaderCursor, text)
	}
	return epoch, n, nil
}
