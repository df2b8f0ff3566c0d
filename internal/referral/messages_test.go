package referral_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

func (p *people) spools(name string) *referral.Spooled {
	p.t.Helper()
	file, err := p.Desk.Spool(p.t.Context(), name, bytes.NewReader(referraltest.Sample(name[strings.LastIndex(name, "."):])))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { file.Close() })
	return file
}

func (p *people) says(who *referral.Caller, public, internal string, files ...*referral.Spooled) {
	p.t.Helper()
	if err := p.Desk.Say(p.t.Context(), who, p.urn, public, internal, files); err != nil {
		p.t.Fatal(err)
	}
}

func messageFileNames(c *referral.Case) string {
	var names []string
	for _, file := range c.Files {
		names = append(names, file.Name)
	}
	return fmt.Sprint(names)
}

func TestWhoReadsAMessageReadsItsFiles(t *testing.T) {
	p := newPeople(t)
	p.says(p.triager, "See the plan", "", p.spools("plan.pdf"), p.spools("photo.jpg"))
	p.says(p.triager, "", "Compare with this", p.spools("other.pdf"))
	for _, c := range []struct {
		who  *referral.Caller
		want string
	}{{p.triager, "[plan.pdf photo.jpg other.pdf]"}, {p.referrer, "[plan.pdf photo.jpg]"}} {
		if got := messageFileNames(p.opens(c.who)); got != c.want {
			t.Errorf("a %s has the files %s, want %s", c.who.Role, got, c.want)
		}
	}
	files := p.opens(p.triager).Files
	file, body, err := p.Desk.CaseMessageFile(t.Context(), p.referrer, p.urn, files[0].Num)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if content, err := io.ReadAll(body); err != nil || !bytes.Equal(content, referraltest.Sample(".pdf")) || file.ContentType != "application/pdf" {
		t.Errorf("the file is %+v with %d bytes, %v", file, len(content), err)
	}
	for _, c := range []struct {
		who  *referral.Caller
		file int64
		kind fault.Kind
	}{{p.referrer, files[2].Num, fault.NotFound}, {p.provider, files[0].Num, fault.NotFound}, {p.elsewhere, files[0].Num, fault.NotFound}, {p.administrator, files[0].Num, fault.Forbidden}, {p.triager, 999, fault.NotFound}} {
		if _, _, err := p.Desk.CaseMessageFile(t.Context(), c.who, p.urn, c.file); !fault.Is(err, c.kind) {
			t.Errorf("file %d for %s: %v", c.file, c.who.PersonName, err)
		}
	}
	if got := p.opens(p.administrator); len(got.Files) != 0 {
		t.Errorf("an administrator who gave no reason has the files %s", messageFileNames(got))
	}
}

func TestAMessageIsSaidWhateverHappensMeanwhileAndMovesNothing(t *testing.T) {
	p := newPeople(t)
	before := p.opens(p.referrer)
	p.says(p.referrer, "First", "")
	p.says(p.triager, "Second", "")
	after := p.opens(p.referrer)
	if after.State != before.State || after.Life.Seq != before.Life.Seq+2 || after.DueAt != before.DueAt {
		t.Errorf("it went from %s (%d) to %s (%d)", before.State, before.Life.Seq, after.State, after.Life.Seq)
	}
}

func TestAMessageThatSaysNothingOrTooMuchIsRefused(t *testing.T) {
	p := newPeople(t)
	six := make([]*referral.Spooled, 6)
	for i := range six {
		six[i] = p.spools("photo.jpg")
	}
	for name, say := range map[string]func() error{
		"nothing":        func() error { return p.Desk.Say(t.Context(), p.triager, p.urn, "", "", nil) },
		"a file alone":   func() error { return p.Desk.Say(t.Context(), p.triager, p.urn, "", "", six[:1]) },
		"too much":       func() error { return p.Desk.Say(t.Context(), p.triager, p.urn, strings.Repeat("x", 2001), "", nil) },
		"too many files": func() error { return p.Desk.Say(t.Context(), p.triager, p.urn, "See", "", six) },
	} {
		if err := say(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.Desk.Spool(t.Context(), "run.exe", strings.NewReader("MZ")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a program: %v", err)
	}
	if _, err := p.Desk.Spool(t.Context(), "letter.pdf", strings.NewReader("<html>")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a page that is called a PDF: %v", err)
	}
	if got := p.opens(p.triager); len(got.Files) != 0 {
		t.Errorf("stored are %s", messageFileNames(got))
	}
}

func TestWhoHasAnAnswerLinkSendsFilesAlong(t *testing.T) {
	p := newPeople(t)
	p.says(p.triager, "", "Not for the provider", p.spools("secret.pdf"))
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)})
	token, err := p.Desk.MakeAnswerLink(t.Context(), audit.Operator, p.urn, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Desk.AnswerSay(t.Context(), token, "", "The plan", []*referral.Spooled{p.spools("plan.pdf")}); err != nil {
		t.Fatal(err)
	}
	a, err := p.Desk.OpenAnswer(t.Context(), token, "")
	if err != nil || messageFileNames(a.Case) != "[plan.pdf]" {
		t.Fatalf("the link shows %+v, %v", a, err)
	}
	if _, body, err := p.Desk.AnswerMessageFile(t.Context(), token, "", a.Files[0].Num); err != nil {
		t.Error(err)
	} else {
		body.Close()
	}
	if _, _, err := p.Desk.AnswerMessageFile(t.Context(), token, "", p.opens(p.triager).Files[0].Num); !fault.Is(err, fault.NotFound) {
		t.Errorf("the referral centre's own file: %v", err)
	}
	if got := messageFileNames(p.opens(p.referrer)); got != "[plan.pdf]" {
		t.Errorf("the referrer has %s", got)
	}
	if _, err := p.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, p.urn); err != nil {
		t.Fatal(err)
	}
	if err := p.Desk.AnswerSay(t.Context(), token, "", "More", nil); !fault.Is(err, fault.Gone) {
		t.Errorf("after the link was ended: %v", err)
	}
}
