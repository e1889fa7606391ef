package dialect

import "bytes"

// Cursors are what one client has of the cursors of an Ask. They are for one goroutine.
type Cursors struct {
	of     []Cursor
	values [][]byte
}

// NewCursors returns cursors with their first values.
func NewCursors(of []Cursor) *Cursors {
	c := &Cursors{of: of}
	for i := range of {
		c.values = append(c.values, []byte(of[i].First))
	}
	return c
}

// Header takes one header of an answer, of any status.
func (c *Cursors) Header(name, value []byte) {
	for i := range c.of {
		if h := c.of[i].Header; h != "" && len(h) == len(name) && bytes.EqualFold([]byte(h), name) {
			c.values[i] = append(c.values[i][:0], bytes.TrimSpace(value)...)
		}
	}
}

// Body takes the body of an answer. It reports whether each cursor that comes from a
// body has a value by now.
func (c *Cursors) Body(body []byte) bool {
	all := true
	for i := range c.of {
		if len(c.of[i].Pointer.steps) == 0 {
			continue
		}
		if got, ok := c.of[i].Pointer.Append(c.values[i][:0], body); ok {
			c.values[i] = got
		}
		all = all && len(c.values[i]) > 0
	}
	return all
}

// Get returns the value of the cursor with that name, valid until the next answer. It is
// empty where the cursor has no value yet, and nil where there is no such cursor.
func (c *Cursors) Get(name string) []byte {
	for i := range c.of {
		if c.of[i].Name == name {
			return c.values[i]
		}
	}
	return nil
}
