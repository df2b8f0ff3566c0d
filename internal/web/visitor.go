package web

import (
	"net/http"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Visitor is who a browser's session is, as far as the directory's pages need to know.
type Visitor struct {
	Person           int64 // 0 is a session that is nobody's in particular: a practice's
	Name             string
	Organisation     int64
	OrganisationName string
	Role             lifecycle.Role
	Areas            []int64 // those that a referral centre's people are responsible for
	IsCentre         bool    // the organisation is a referral centre
}

// visitorOf finds who looks at the directory. It is Unauthenticated where nobody is signed in.
func (s *Site) visitorOf(r *http.Request) (Visitor, error) {
	caller, err := s.signedIn(r)
	if err != nil {
		return Visitor{}, err
	}
	return Visitor{Person: caller.Person, Name: caller.PersonName, Organisation: caller.Account.Practice, OrganisationName: caller.Account.Name, Role: caller.Role, Areas: caller.Areas, IsCentre: len(caller.Areas) > 0}, nil
}

// editor is what of the directory is theirs to change: nothing, but for administrators.
func (v Visitor) editor() directory.Editor {
	if v.Role != lifecycle.Administrator {
		return directory.Editor{}
	}
	return directory.Editor{Person: v.Person, Organisation: v.Organisation, Areas: v.Areas, IsCentre: v.IsCentre}
}

// plans tells whether they see how an area works: its clocks, lists and rules.
func (v Visitor) plans() bool {
	return v.Role == lifecycle.Administrator || v.Role == lifecycle.Triager || v.Role == lifecycle.Approver
}

// auditCaller is who changes the directory, as the trail names them: by number.
func (v Visitor) auditCaller(r *http.Request) audit.Caller {
	return audit.Caller{Name: "person " + strconv.FormatInt(v.Person, 10), RequestID: requestID(r)}
}

// page is what a page of the directory has around its body.
func (v Visitor) page(title string, body any) page {
	return page{Title: title, Practice: v.OrganisationName, IsAccount: true, LeavePath: "/sign-out", Body: body}
}

// planner is visitorOf for the pages of those who plan.
func (s *Site) planner(r *http.Request) (Visitor, error) {
	v, err := s.visitorOf(r)
	if err == nil && !v.plans() {
		err = fault.New(fault.Forbidden, "How an area works is shown to administrators and to those who triage")
	}
	return v, err
}

// administrator is visitorOf for what only administrators do.
func (s *Site) administrator(r *http.Request) (Visitor, error) {
	v, err := s.visitorOf(r)
	if err == nil && v.Role != lifecycle.Administrator {
		err = fault.New(fault.Forbidden, "This is for administrators; change to that role, or ask one of your organisation")
	}
	return v, err
}
