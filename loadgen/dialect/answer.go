package dialect

import "slices"

// Empty reports whether an answer says that there is nothing new: by its status, or by a
// body that is empty or null, an empty list, or an object with an empty list or null in it. An
// answer with a marker in it is not to be asked about.
func (a *Ask) Empty(status int, body []byte) bool {
	return slices.Contains(a.Nothing, status) || a.Accepts(status) && empty(body)
}

// Accepts reports whether an answer of that status may have events in it.
func (a *Ask) Accepts(status int) bool {
	return status >= 200 && status <= 299 && !slices.Contains(a.Nothing, status)
}

// Accepts reports whether a status says that the server has the event.
func (p *Publish) Accepts(status int) bool {
	if len(p.Accept) == 0 {
		return status >= 200 && status <= 299
	}
	return slices.Contains(p.Accept, status)
}

// Wants reports whether an SSE event of that name may carry something.
func (s *SSE) Wants(name []byte) bool {
	if len(s.Events) == 0 {
		return true
	}
	for _, e := range s.Events {
		if string(name) == e {
			return true
		}
	}
	return false
}
