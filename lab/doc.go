// Package lab carries out scenarios: every variant at every point, trial by trial,
// each against a fresh server process.
package lab
