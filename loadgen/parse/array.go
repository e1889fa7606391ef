package parse

import (
	"errors"
	"fmt"
)

// Array calls element for each element of the JSON array in b, without
// the white space around it, and returns an error when b is not one array. It
// finds the elements' borders without looking into them: an element that is
// itself not JSON may pass. It allocates nothing.
func Array(b []byte, element func([]byte)) error {
	i := skipSpace(b, 0)
	if i == len(b) || b[i] != '[' {
		return fmt.Errorf("not a JSON array: %.40q", b)
	}
	if i = skipSpace(b, i+1); i < len(b) && b[i] == ']' {
		return atEnd(b, i+1)
	}
	for {
		start := skipSpace(b, i)
		end, err := skipValue(b, start)
		if err != nil {
			return err
		}
		element(b[start:end])
		i = skipSpace(b, end)
		if i == len(b) {
			return errors.New("JSON array ends in the middle")
		}
		switch b[i] {
		case ',':
			i++
		case ']':
			return atEnd(b, i+1)
		default:
			return fmt.Errorf("unexpected %q in a JSON array at byte %d", b[i], i)
		}
	}
}

func atEnd(b []byte, i int) error {
	if i = skipSpace(b, i); i < len(b) {
		return fmt.Errorf("unexpected %q after a JSON array at byte %d", b[i], i)
	}
	return nil
}

// skipValue returns the index after the value that starts at i.
func skipValue(b []byte, i int) (int, error) {
	start, depth := i, 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = skipString(b, i); i < 0 {
				return 0, errors.New("JSON string ends in the middle")
			}
			if depth == 0 {
				return i, nil
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return scalarEnd(start, i)
			}
			if depth--; depth == 0 {
				return i + 1, nil
			}
		case ',', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return scalarEnd(start, i)
			}
		}
		i++
	}
	return 0, errors.New("JSON value ends in the middle")
}

func scalarEnd(start, i int) (int, error) {
	if i == start {
		return 0, fmt.Errorf("missing value in a JSON array at byte %d", i)
	}
	return i, nil
}

// skipString returns the index after the string that opens at i, or -1.
func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}
