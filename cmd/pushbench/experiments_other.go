//go:build !linux

package main

// browsing is empty: browsers are driven on Linux only.
func browsing() []observer { return nil }
