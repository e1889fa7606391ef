// Package words writes the contents of a record as people read them.
package words
