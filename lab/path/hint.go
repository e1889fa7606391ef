package path

// An Error is why a path cannot be made here, with what its user can do.
type Error struct {
	Err  error
	Hint string // an order: run as root
}

// Error is the reason, with the hint in brackets.
func (e *Error) Error() string { return e.Err.Error() + " (" + e.Hint + ")" }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// hinted adds what a user can do about err.
func hinted(err error, hint string) error { return &Error{Err: err, Hint: hint} }
