// Package model predicts what the numbers of a trial should be.
//
// Where theory has a closed form for a metric, [Predict] gives it for the load
// of a trial, with the formula, its source and the tolerance that a measurement
// is allowed: the delay that polling adds is uniform on its interval, an event
// on a WebSocket costs 2, 4 or 10 bytes, a connection over a path costs so many
// round trips. [Compare] sets a whole record beside its predictions. What is
// beyond its tolerance is a finding: either the measurement or the theory is
// wrong, and a reader should know.
//
// Everything here is a pure function of the record.
package model
