package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"pushbench/results/safe"
)

// say writes one line for people, whatever the texts in it are made of.
func say(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, safe.Brief(fmt.Sprintf(format, args...), 8000))
}

// problems returns what an error says, a line for each of several that were
// joined.
func problems(err error) []string {
	for e := err; e != nil && e.Error() == err.Error(); e = errors.Unwrap(e) {
		joined, ok := e.(interface{ Unwrap() []error })
		if !ok {
			continue
		}
		var texts, all []string
		for _, one := range joined.Unwrap() {
			texts, all = append(texts, one.Error()), append(all, problems(one)...)
		}
		if strings.Join(texts, "\n") == err.Error() {
			return all
		}
	}
	return []string{strings.TrimSpace(err.Error())}
}

// complain writes an error: several problems stand in lines of their own, so
// that an editor finds file:line:column at the beginning of each. One that ends
// with a colon introduces the others.
func complain(w io.Writer, err error) {
	lines := problems(err)
	if len(lines) == 1 || strings.HasSuffix(lines[0], ":") {
		say(w, "pushbench: %s", lines[0])
		lines = lines[1:]
	} else {
		say(w, "pushbench: %d problems:", len(lines))
	}
	for _, line := range lines {
		say(w, "%s", line)
	}
}

// plain is err without the name of the file that everybody has open.
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
