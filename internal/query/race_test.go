//go:build race

package query

// slow is how many times slower the race detector makes what is measured.
const slow = 10
