// Package browser drives real browsers, on Linux.
//
// Start starts Chromium, which is driven over its devtools protocol, or Firefox, which is
// driven over WebDriver BiDi. Both are the browsers of the machine, without a window, with
// a new profile each time and their own limits: no setting of connections is changed.
//
// The Experiments ask what a page in such a browser can do. Each returns the numbers that it is
// to measure; one that it could not measure has the reason.
package browser
