package people_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// TestASessionLivesExactlyAsLongAsItIsUsedWithinHalfAnHourAndTwelveHoursInAll uses a session at random moments.
func TestASessionLivesExactlyAsLongAsItIsUsedWithinHalfAnHourAndTwelveHoursInAll(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	for seed := range uint64(12) {
		dice := rand.New(rand.NewPCG(seed, 2))
		session, _ := h.signIn(ada)
		begun, noted := h.clock(), h.clock()
		for isOver := false; !isOver; {
			h.pass(time.Duration(dice.IntN(1900)) * time.Second)
			now := h.clock()
			isOver = now.Sub(noted) >= 30*time.Minute || now.Sub(begun) >= 12*time.Hour
			_, err := h.Session(t.Context(), session)
			if isOver != fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("seed %d: %s after its begin and %s after it was seen: %v", seed, now.Sub(begun), now.Sub(noted), err)
			}
			if now.Sub(noted) >= time.Minute {
				noted = now // nearer than that it is not written down
			}
		}
		_, err := h.Session(t.Context(), session)
		wants(t, err, fault.Unauthenticated)
	}
}

func TestASessionThatIsUsedAllTheTimeWritesOnceAMinute(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	session, _ := h.signIn(ada)
	before, err := h.book.DB.Generation()
	if err != nil {
		t.Fatal(err)
	}
	for range 59 {
		h.pass(time.Second)
		h.visitor(session)
	}
	if now, err := h.book.DB.Generation(); err != nil || now != before {
		t.Errorf("within a minute it wrote: %v", err)
	}
	h.pass(time.Second)
	h.visitor(session)
	if now, err := h.book.DB.Generation(); err != nil || now == before {
		t.Errorf("after a minute it did not write: %v", err)
	}
}

func TestWhatIsNoSessionOpensNothing(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	h.signIn(ada)
	for _, token := range []string{"", "x", "' OR 1=1 --", "0000000000000000000000000000000000000000000000000000000000000000"} {
		_, err := h.Session(t.Context(), token)
		wants(t, err, fault.Unauthenticated)
	}
}

func TestASessionEndsWithItsPersonsAccountAndDoesNotComeBackWithIt(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	session, _ := h.signIn(ada)
	for range 2 {
		if err := h.DisableAs(t.Context(), audit.Operator, ada, true); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.Session(t.Context(), session)
	wants(t, err, fault.Unauthenticated)
	if err := h.DisableAs(t.Context(), audit.Operator, ada, false); err != nil {
		t.Fatal(err)
	}
	_, err = h.Session(t.Context(), session)
	wants(t, err, fault.Unauthenticated)
	h.signIn(ada)
}

func TestAStepThatWaitsForItsCodeEndsWithTheAccount(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, _ := h.withSecondFactor(v)
	step, err := h.SignIn(t.Context(), at, ada, password)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.DisableAs(t.Context(), audit.Operator, ada, true); err != nil {
		t.Fatal(err)
	}
	_, err = h.Code(t.Context(), at, step.Step, h.code(secret))
	wants(t, err, fault.Gone)
}

func TestAChangedPasswordEndsTheOtherSessionsAndWhatWaits(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	first, v := h.signIn(ada)
	secondSession, _ := h.signIn(ada)
	wants(t, h.ChangePassword(t.Context(), v, another, "fresh marbles roll past noon"), fault.Invalid, "not your password")
	wants(t, h.ChangePassword(t.Context(), v, password, "password1234"), fault.Invalid, "lists")
	wants(t, h.ChangePassword(t.Context(), v, password, "northside dental rocks"), fault.Invalid, "organisation")
	if err := h.ChangePassword(t.Context(), v, password, another); err != nil {
		t.Fatal(err)
	}
	h.visitor(first)
	_, err := h.Session(t.Context(), secondSession)
	wants(t, err, fault.Unauthenticated)
	_, err = h.SignIn(t.Context(), at, ada, password)
	wants(t, err, fault.Unauthenticated)
	if _, err := h.SignIn(t.Context(), at, ada, another); err != nil {
		t.Error(err)
	}
}

func TestGuessesAtTheOwnPasswordLockItToo(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	for range 5 {
		wants(t, h.BeginSecondFactor(t.Context(), v, another), fault.Invalid)
	}
	wants(t, h.BeginSecondFactor(t.Context(), v, password), fault.Invalid)
	h.pass(time.Minute)
	if err := h.BeginSecondFactor(t.Context(), v, password); err != nil {
		t.Error(err)
	}
}

func TestSessionsAreListedAndEndedOneByOneAndAllOthersAtOnce(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	h.person("bo@northside.example", referrer)
	_, stranger := h.signIn("bo@northside.example")
	var sessions []string
	for range 4 {
		session, _ := h.signIn(ada)
		sessions = append(sessions, session)
		h.pass(time.Second)
	}
	v := h.visitor(sessions[0])
	account, err := h.Account(t.Context(), v)
	if err != nil || len(account.Sessions) != 4 || account.Sessions[0].Browser != "Firefox on Linux" || !account.Sessions[3].IsThis || account.Sessions[0].IsThis {
		t.Fatalf("the sessions are %+v, %v", account.Sessions, err)
	}
	wants(t, h.EndSession(t.Context(), stranger, account.Sessions[0].Num), fault.NotFound)
	if err := h.EndSession(t.Context(), v, account.Sessions[0].Num); err != nil {
		t.Fatal(err)
	}
	_, err = h.Session(t.Context(), sessions[3])
	wants(t, err, fault.Unauthenticated)
	h.visitor(sessions[2])
	if err := h.EndOthers(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	for _, session := range sessions[1:] {
		_, err := h.Session(t.Context(), session)
		wants(t, err, fault.Unauthenticated)
	}
	h.visitor(sessions[0])
	if err := h.Leave(t.Context(), sessions[0], "r2"); err != nil {
		t.Fatal(err)
	}
	if err := h.Leave(t.Context(), sessions[0], "r2"); err != nil {
		t.Errorf("leaving twice: %v", err)
	}
	_, err = h.Session(t.Context(), sessions[0])
	wants(t, err, fault.Unauthenticated)
	if _, err := h.Account(t.Context(), stranger); err != nil {
		t.Error(err)
	}
}

func TestOneActsInOneRoleAtATimeAndOnlyInOnesOwn(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer, people.Membership{Organisation: centre, Role: lifecycle.Triager, Area: 2})
	h.person("bo@northside.example", people.Membership{Organisation: south, Role: lifecycle.Administrator})
	_, bo := h.signIn("bo@northside.example")
	session, v := h.signIn(ada)
	if v.Acting.Role != lifecycle.Referrer || len(v.Memberships) != 2 {
		t.Fatalf("the visitor is %+v", v)
	}
	if err := h.Act(t.Context(), v, v.Memberships[1].Num); err != nil {
		t.Fatal(err)
	}
	if v = h.visitor(session); v.Acting.Role != lifecycle.Triager || v.Acting.Area != 2 || v.Acting.OrganisationName != "Wessex Referral Centre" {
		t.Errorf("they act in %+v", v.Acting)
	}
	wants(t, h.Act(t.Context(), v, bo.Acting.Num), fault.NotFound)
	if _, v = h.signIn(ada); v.Acting.Role != lifecycle.Triager {
		t.Errorf("the next session acts in %+v", v.Acting)
	}
}

func TestTidyingEndsWhatIsOverAndNothingElse(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	for range 130 {
		h.signIn(ada)
	}
	h.pass(6 * time.Hour)
	kept, _ := h.signIn(ada)
	h.pass(6 * time.Hour)
	ended, err := h.Tidy(t.Context())
	if err != nil || ended != 130 {
		t.Errorf("%d were ended, %v", ended, err)
	}
	if ended, err = h.Tidy(t.Context()); err != nil || ended != 0 {
		t.Errorf("%d more were ended, %v", ended, err)
	}
	_, err = h.Session(t.Context(), kept)
	wants(t, err, fault.Unauthenticated)
}
