//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// reader is one of the ways to read a page of referrals that decision 0001 chose from. It returns the
// whole answer; it may use the buffer that it is given.
type reader struct {
	name string
	read func(t testing.TB, dst []byte, offset int) []byte
}

func openReaders(t testing.TB) []reader {
	ctx := context.Background()
	data, err := fill(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := data.registry.Close(); err != nil {
			t.Error(err)
		}
	})
	book, release, err := data.registry.Lease(ctx, data.practice.Num)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	sql, err := openPeer(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sql.close(); err != nil {
			t.Error(err)
		}
	})
	return []reader{
		{"store rows appended as JSON", appendReader(t, ctx, book)},
		{"store rows to structs to encoding json", structReader(ctx, book)},
		{"database sql to structs to encoding json", sqlReader(ctx, sql)},
	}
}

// appendReader is the product's way: cells go straight into the answer.
func appendReader(t testing.TB, ctx context.Context, book *record.Book) func(testing.TB, []byte, int) []byte {
	plan := od.Referrals.Plan()
	questions := make([]*resource.Question, pageOffsets)
	for offset := range questions {
		var err error
		questions[offset], err = plan.Ask(0, url.Values{
			"Limit": {strconv.Itoa(pageLength)}, "Offset": {strconv.Itoa(offset)},
		}, false)
		if err != nil {
			t.Fatal(err)
		}
	}
	return func(t testing.TB, dst []byte, offset int) []byte {
		err := book.DB.Read(ctx, func(conn store.Conn) (err error) {
			dst, err = plan.AppendList(dst, conn, questions[offset], dental.DateTime{}, &resource.Format{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return dst
	}
}

// structReader reads through the product's driver and encodes as the peer does: it tells the driver's
// share of the difference from the encoder's.
func structReader(ctx context.Context, book *record.Book) func(testing.TB, []byte, int) []byte {
	return func(t testing.TB, _ []byte, offset int) []byte {
		found := make([]referralRow, 0, pageLength)
		err := book.DB.Read(ctx, func(conn store.Conn) error {
			rows := conn.Query(referralsSQL, store.Int(pageLength), store.Int(offset))
			for rows.Next() {
				found = append(found, scanReferral(rows))
			}
			return rows.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		return encode(t, found)
	}
}

func scanReferral(row store.Row) referralRow {
	text := func(col int) string { return string(row.Text(col)) }
	truth := func(col int) string { return strconv.FormatBool(row.Int(col) != 0) }
	return referralRow{
		ReferralNum: row.Int(0), LName: text(1), FName: text(2), MName: text(3), SSN: text(4), UsingTIN: truth(5),
		Specialty: row.Int(6), SpecialtyOf: text(7), ST: text(8), Telephone: text(9), Address: text(10),
		Address2: text(11), City: text(12), Zip: text(13), Note: text(14), Phone2: text(15), IsHidden: truth(16),
		NotPerson: truth(17), Title: text(18), EMail: text(19), PatNum: row.Int(20), IsDoctor: truth(21),
		DateTStamp: text(22), IsPreferred: truth(23), BusinessName: text(24), DisplayNote: text(25), IsPatient: truth(20),
	}
}

func sqlReader(ctx context.Context, sql *peer) func(testing.TB, []byte, int) []byte {
	return func(t testing.TB, _ []byte, offset int) []byte {
		found, err := sql.readReferrals(ctx, pageLength, offset)
		if err != nil {
			t.Fatal(err)
		}
		return encode(t, found)
	}
}

func encode(t testing.TB, found []referralRow) []byte {
	body, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestReadersAnswerTheSameBytes(t *testing.T) {
	readers := openReaders(t)
	for _, offset := range []int{0, 17, pageOffsets - 1} {
		want := readers[0].read(t, nil, offset)
		for _, r := range readers[1:] {
			if got := r.read(t, nil, offset); !bytes.Equal(got, want) {
				t.Errorf("offset %d, %s: (-want, +got)\n-%.300s\n+%.300s", offset, r.name, want, got)
			}
		}
	}
}

func BenchmarkListOf100(b *testing.B) {
	for _, r := range openReaders(b) {
		b.Run(r.name, func(b *testing.B) {
			b.ReportAllocs()
			buffer, offset := []byte(nil), 0
			for b.Loop() {
				buffer = r.read(b, buffer[:0], offset)
				offset = (offset + 97) % pageOffsets
			}
		})
	}
}
