// Package power tells how often the gate is right.
//
// A calibration measures more than three servers side by side: base, base again,
// base a third time, and servers that were made worse on purpose by a known size.
// Its blocks are kept, one in a line, in a file that is only ever appended to. A run
// is as many consecutive blocks as a comparison has, and each of its arms is judged
// as the gate would judge a head: what it says of the third base is a false alarm,
// and what it says of a server that is worse shows whether it detects that. Runs
// share no block.
//
// The bars come from what base again and base differed by in all other runs: no run
// has a part in its own bar.
package power
