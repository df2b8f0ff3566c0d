package query

import (
	"fmt"
	"testing"
)

// The cost of a point query: the same command again, whose plan is kept, and one that is new each time.
func BenchmarkPoint(b *testing.B) {
	room, db := openOffice(b, Options{})
	b.Run("kept plan", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := room.Run(b.Context(), db, 1, "SELECT PatNum, LName, FName, Birthdate FROM patient WHERE PatNum=777", &JSON{Limit: 100}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("new plan", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			if err := room.Run(b.Context(), db, 1, fmt.Sprintf("SELECT PatNum, LName, FName, Birthdate FROM patient WHERE PatNum=%d", i%1900), &JSON{Limit: 100}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
