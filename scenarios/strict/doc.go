// Package strict reads YAML files that people write, and tells them everything that is
// wrong at once: file, line, column, what is wrong, and what would be right.
package strict
