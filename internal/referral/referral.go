// Package referral knows the clinical referral over the hub's database: its URN, the form that is prepared and
// filled in, its files, its submission, its steps and its state. It knows no HTTP and no page, and draws no PDF.
//
// Whoever acts is a Caller, who belongs to one Account. One account never learns that another's referral, upload
// or file exists: what is not its own is not found, in the same words as what does not exist. Every change is one
// commit of the hub, with its step and its entry in the trail.
package referral

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/seal"
)

// Desk is where referrals are opened, filled in, submitted and asked for. It may be used by any number of goroutines.
type Desk struct {
	hub     *record.Book
	forms   *form.Catalog
	shelf   *document.Shelf
	options Options
	keys    keyCache
	stored  sync.Map // the form versions, "name version", that the hub is known to have
	owed    Signals

	namesKeyed atomic.Bool // no referral has the key of an older program

	beginning sync.Mutex // of uploads that come in pieces
}

// Options say how a desk works.
type Options struct {
	// BaseURL is where this server is reached from outside, without a slash at its end: "https://refer.example.org".
	// Links, and the addresses of PDFs, begin with it.
	BaseURL string
	// Sealer has the installation's secret, from which patients' guids are made and by which kept answers are
	// sealed. It is asked when one is needed.
	Sealer func() (*seal.Sealer, error)
	// Triage tells that a referral centre reads what comes in: a referral goes to its queue as soon as its files are ready.
	Triage bool
	// ExtraTitles are patients' titles that the API accepts beside the contract's five.
	ExtraTitles []string
	// Webhooks says which hosts may be called when files are ready.
	Webhooks document.Egress
	// PlainWebhooks admits addresses that begin with http://: in production those would send names of files, and
	// whose they are, in clear.
	PlainWebhooks bool
}

// New makes a desk over the hub. shelf keeps the bodies of files, and is the hub's own.
func New(hub *record.Book, forms *form.Catalog, shelf *document.Shelf, options Options) *Desk {
	return &Desk{hub: hub, forms: forms, shelf: shelf, options: options, owed: newSignals()}
}

// URL is the address of a path of this server, which begins with a slash.
func (d *Desk) URL(path string) string { return d.options.BaseURL + path }

// Forms are the form types.
func (d *Desk) Forms() *form.Catalog { return d.forms }

// Shelf keeps the bodies of files.
func (d *Desk) Shelf() *document.Shelf { return d.shelf }

// Today is the day by the desk's clock, for ages and for dates that may not be in the future.
func (d *Desk) Today() dental.Date { return dental.DateOf(d.hub.Clock()) }

func (d *Desk) now() dental.DateTime { return dental.DateTimeOf(d.hub.Clock()) }

// Account is the practice that a key or a session belongs to.
type Account struct {
	Practice int64
	Name     string
	Address  string
	Phone    string
	Email    string
	Prefix   string   // of its URNs; "" before the first
	Forms    []string // the form types that are enabled, in the order in which they are listed
}

// May tells whether a form type is enabled.
func (a *Account) May(formType string) bool {
	for _, name := range a.Forms {
		if name == formType {
			return true
		}
	}
	return false
}

// Caller is who acts, and for whom.
type Caller struct {
	Account   *Account
	KeyNum    int64 // the key by which the caller came; 0 for a session that came by none
	Role      Role
	Name      string // for the trail: which key, session or person by number, never a person's name
	RequestID string

	Person     int64   // who is signed in; 0 for keys, sessions of a practice, and background work
	PersonName string  // as steps and letters name who acted; never in a log
	Areas      []int64 // of which a triager, approver or administrator of a referral centre sees the referrals

	presented presentedKey
	session   string // the hash of a browser's session; "" for a caller with a key
}

// audit is the caller as the trail names it. The number of a key of this API is in the name: numbers alone stand
// for the other API's keys.
func (c *Caller) audit() audit.Caller {
	return audit.Caller{Name: c.Name, RequestID: c.RequestID}
}

// At is the caller of one request. The caller itself is shared by all requests with its key.
func (c *Caller) At(requestID string) *Caller {
	one := *c
	one.RequestID = requestID
	return &one
}

// write is the hub's door for writes.
func (d *Desk) write(ctx context.Context, caller *Caller, fn func(*record.Tx) error) error {
	return d.hub.Write(ctx, caller.audit(), fn)
}

// Refuse notes in the trail that a caller was turned away; a nil caller is one that nobody knows.
func (d *Desk) Refuse(ctx context.Context, caller *Caller, requestID, target string, f *fault.Fault) error {
	who := audit.Caller{RequestID: requestID}
	if caller != nil {
		who.Name = caller.Name
	}
	return d.hub.Refuse(ctx, who, target, 0, f)
}

// millis is a moment as jobs and deliveries have it.
func millis(at time.Time) int64 { return at.UnixMilli() }

// like is a pattern for LIKE with ESCAPE '!' that finds the text anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}
