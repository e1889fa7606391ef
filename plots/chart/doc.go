// Package chart draws charts of lines and of rows as SVG or PNG.
//
// A chart is a value: what it shows and how it is named. Nothing here knows
// what the numbers mean. Lengths are points unless said otherwise.
package chart
