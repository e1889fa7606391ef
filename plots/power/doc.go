// Package power shows how often the gate is right: as Markdown, with a figure of
// detection against size, and as the small table that the README quotes.
//
// Everything is a pure function of the table, which may be of a file from anywhere.
package power
