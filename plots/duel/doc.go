// Package duel shows a comparison of two servers.
//
// Only WriteAll touches files. The same comparison gives the same bytes. A
// comparison comes from any machine: none of its texts acts where it is shown.
package duel
