// Package gate decides whether one server is worse than another.
package gate
