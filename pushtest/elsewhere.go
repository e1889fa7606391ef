//go:build !linux

package pushtest

import (
	"context"
	"errors"
)

func start(context.Context) (*server, error) { return nil, errors.ErrUnsupported }
