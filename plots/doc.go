// Package plots turns a record into figures and reports for people to read.
//
// Everything here is a pure function of the record: the same record gives the
// same bytes. Only WriteAll touches files.
package plots
