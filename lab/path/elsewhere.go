//go:build !linux

package path

import "errors"

// Possible returns why this process cannot open a Path.
func Possible() error { return errors.New("network namespaces need Linux") }
