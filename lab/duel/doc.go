// Package duel sets two servers against each other.
//
// A Side is what is compared: a revision of the repository, a program, or a command.
// In each block a Job starts three servers side by side: the base, the base once more
// and the head. A side that is built here is linked anew for each of them in each
// block, so that where the linker puts the code cannot pass for a change. What
// package gate calls a change is measured a second time, in blocks and links of its
// own.
package duel
