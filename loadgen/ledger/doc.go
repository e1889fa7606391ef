// Package ledger adds up what clients and their connections have counted, and
// says whether it balances.
//
// Values only, but for ReadSocket: who books what, and when books are read, is
// the business of package loadgen.
package ledger
