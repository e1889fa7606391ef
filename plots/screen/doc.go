// Package screen lays out text and tables in the columns of a terminal.
package screen
