// Package clerk files what was submitted: it makes the PDFs of each version that owes them, and puts them where they
// are asked for. It knows no HTTP, and decides nothing about a referral.
package clerk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/paper"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

// Tick is how often work is looked for that another process has written.
const Tick = time.Second

const (
	// The PDFs of all referrals are one process's work for as long as its claim holds.
	work  = "files"
	lease = time.Minute
	// atOnce is how many jobs are read at a time, and hands how many are done: one with files that are slow to read
	// does not keep the others waiting. Few are read, because what is submitted meanwhile waits until they are done.
	atOnce, hands = 8, 2
	// patience is how long one job may take.
	patience = 4 * time.Minute
)

// Clerk makes the PDFs of all submissions.
type Clerk struct {
	desk     *referral.Desk
	hub      *record.Book
	claimant *workclaim.Claimant
	log      *slog.Logger
	tick     time.Duration
	step     func(string) // for tests: what is done next
}

// New makes a clerk over the desk's hub. It looks for work once in a tick, and when the desk signals some.
func New(desk *referral.Desk, hub *record.Book, log *slog.Logger, tick time.Duration) *Clerk {
	return &Clerk{desk, hub, workclaim.NewClaimant(hub.DB, hub.Clock), log, tick, func(string) {}}
}

// OnStep is for tests: fn is called before each step of a job, with its name, "drawing", "drawn" and "filed".
func (c *Clerk) OnStep(fn func(step string)) { c.step = fn }

// Run works until ctx ends.
func (c *Clerk) Run(ctx context.Context) {
	ticker := time.NewTicker(c.tick)
	defer ticker.Stop()
	for {
		if err := c.Work(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("files of referrals are not made", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-c.desk.Owed().Files:
		}
	}
}

// Work does what is due now, unless another process does. A job that fails is noted and due again later; the error
// is of the store alone.
func (c *Clerk) Work(ctx context.Context) error {
	due, err := c.desk.DueJobs(ctx, 1)
	if err != nil || len(due) == 0 {
		return err
	}
	_, err = c.claimant.While(ctx, work, lease, func(ctx context.Context, claim *workclaim.Claim) error {
		for {
			due, err := c.desk.DueJobs(ctx, atOnce)
			if err != nil || len(due) == 0 {
				return err
			}
			if err := c.doAll(ctx, claim, due); err != nil {
				return err
			}
		}
	})
	return err
}

// doAll does jobs, a few at a time.
func (c *Clerk) doAll(ctx context.Context, claim *workclaim.Claim, due []referral.Job) error {
	var all sync.WaitGroup
	errs := make([]error, len(due))
	free := make(chan struct{}, hands)
	for i, job := range due {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			errs[i] = c.do(ctx, claim, job)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// do does one job, or notes why it could not.
func (c *Clerk) do(ctx context.Context, claim *workclaim.Claim, job referral.Job) error {
	began := time.Now()
	failed := c.file(ctx, job)
	if ctx.Err() != nil {
		return ctx.Err() // it was not the job's fault
	}
	log := c.log.With("referral", job.Referral, "version", job.Version, "took", time.Since(began))
	if failed == nil {
		log.Debug("files made")
		return nil
	}
	// A log and the job's row have what kind of fault it is; what it says in full may have a file's name in it.
	kind := fault.From(failed).Kind
	level := slog.LevelWarn
	if job.Attempts+1 >= referral.Stuck {
		level = slog.LevelError
	}
	log.Log(ctx, level, "files not made, tried again later", "attempts", job.Attempts+1, "kind", kind)
	return c.desk.JobFailed(ctx, job, fmt.Sprint(kind), c.hub.Clock().Add(backOff(job.Attempts)), claim.Check)
}

// backOff is how long to wait after so many attempts and one more have failed: five seconds, twice as long each
// time, an hour at most.
func backOff(attempts int64) time.Duration {
	return min(5*time.Second<<min(attempts, 12), referral.LongestWait)
}

// file makes the documents of a version and stores them. What a document makes panic fails its job, and not the server.
func (c *Clerk) file(ctx context.Context, job referral.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("panic in making files", "referral", job.Referral, "panic", fmt.Sprint(p))
			err = errors.New("clerk: a document could not be made")
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if job.Kind == referral.JobLetter {
		return c.write(ctx, job)
	}
	filled, err := c.desk.Frozen(ctx, job.Referral, job.Version)
	if err != nil {
		return err
	}
	sheet, err := c.sheet(ctx, filled)
	if err != nil {
		return err
	}
	c.step("drawing")
	made, err := draw(ctx, sheet, filled)
	defer func() {
		for _, m := range made {
			err = errors.Join(err, m.file.Close())
		}
	}()
	if err != nil {
		return err
	}
	c.step("drawn")
	attachments := make([]referral.NewAttachment, len(made))
	for i, m := range made {
		attachments[i] = referral.NewAttachment{Kind: m.kind, FileName: m.name, Body: m.file}
	}
	if err := c.desk.FilesReady(ctx, job.Referral, job.Version, attachments); err != nil {
		return err
	}
	c.step("filed")
	return nil
}

// sheet is what is to be printed of a version.
func (c *Clerk) sheet(ctx context.Context, filled *referral.Filled) (paper.Sheet, error) {
	if filled.Type == nil {
		return paper.Sheet{}, errors.New("clerk: a version without a form")
	}
	account, err := c.desk.AccountOf(ctx, filled.Account)
	if err != nil {
		return paper.Sheet{}, err
	}
	// The clock on the wall, as it was: a document has no other zone.
	submitted, err := time.Parse(dental.DateTimeLayout, filled.SubmittedAt.String())
	if err != nil {
		return paper.Sheet{}, err
	}
	sheet := paper.Sheet{
		Type: filled.Type, Answers: filled.Answers, URN: filled.URN, Version: int(filled.Version), SubmittedAt: submitted,
		Practice: paper.Practice{Name: account.Account.Name, Address: account.Account.Address, Phone: account.Account.Phone, Email: account.Account.Email},
	}
	shelf := c.desk.Shelf()
	for _, file := range filled.Files {
		sheet.Files = append(sheet.Files, paper.File{
			ID: file.ID(), Name: file.Name, Kind: file.Kind, TakenOn: file.TakenOn, ContentType: file.ContentType,
			Open: func(ctx context.Context) (io.ReadSeekCloser, error) { return shelf.Open(ctx, file.Hash) },
		})
	}
	return sheet, nil
}

// drawn is a document that was made, in a temporary file: with its radiographs it may be large.
type drawn struct {
	kind, name string
	file       io.ReadCloser
}

// draw makes the documents of a version: one, where one was asked for.
func draw(ctx context.Context, sheet paper.Sheet, filled *referral.Filled) (made []drawn, err error) {
	type document struct {
		kind, name string
		make       func(context.Context, io.Writer, paper.Sheet) error
	}
	form := sheet.URN + "_" + sheet.Type.Name + ".pdf"
	documents := []document{{referral.AttachmentForm, form, paper.Referral}}
	if paper.HasMedicalHistory(sheet.Type) {
		documents = append(documents, document{referral.AttachmentHistory, sheet.URN + "_MH.pdf", paper.MedicalHistory})
	}
	if filled.IsSingle {
		documents = []document{{referral.AttachmentSingle, form, paper.Merged}}
	}
	for _, d := range documents {
		file, err := spooled(func(w io.Writer) error { return d.make(ctx, w, sheet) })
		if err != nil {
			return made, err
		}
		made = append(made, drawn{d.kind, d.name, file})
	}
	return made, nil
}

// inMemory is up to how large a document stays in memory.
const inMemory = 8 << 20

// spooled keeps what is written in memory as long as it is small, and in a temporary file otherwise.
func spooled(write func(io.Writer) error) (io.ReadCloser, error) {
	s := &spool{}
	if err := write(s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.file == nil {
		return s, nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

type spool struct {
	small bytes.Buffer
	file  *os.File
}

func (s *spool) Write(data []byte) (int, error) {
	if s.file == nil && s.small.Len()+len(data) <= inMemory {
		return s.small.Write(data)
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "bridgework-*.pdf")
		if err != nil {
			return 0, err
		}
		s.file = file
		if _, err := s.small.WriteTo(file); err != nil {
			return 0, err
		}
	}
	return s.file.Write(data)
}

func (s *spool) Read(data []byte) (int, error) {
	if s.file != nil {
		return s.file.Read(data)
	}
	return s.small.Read(data)
}

// Close gives the room back.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
