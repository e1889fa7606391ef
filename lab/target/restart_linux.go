package target

import (
	"context"
	"errors"
	"fmt"
)

// Restart ends the server and starts it again at the same addresses. It returns when the
// new one is ready: its numbers of events begin with 1, and it has another certificate. A
// described target cannot be restarted.
func (s *Server) Restart(ctx context.Context) error {
	own := s.own.Load()
	if own == nil {
		return errors.New("a described target is not started again")
	}
	if err := own.Stop(endWithin); err != nil {
		return err
	}
	again, err := s.again(ctx)
	if err != nil {
		return err
	}
	s.own.Store(again)
	if again.HTTP != s.HTTP || again.TCP != s.TCP {
		return fmt.Errorf("it was told to listen at %s and %s and listens at %s and %s", s.HTTP, s.TCP, again.HTTP, again.TCP)
	}
	return nil
}
