package people_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

var referrer = people.Membership{Organisation: north, Role: lifecycle.Referrer}

// from is another address for each number, so that a test of accounts does not meet the addresses' own bound.
func from(n int) people.From {
	return people.From{Address: fmt.Sprintf("198.51.100.%d", n), Browser: "a browser"}
}

func TestTheAnswerIsTheSameForAnUnknownAddressAWrongPasswordALockAndADisabledAccount(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	h.person("locked@northside.example", referrer)
	h.person("disabled@northside.example", referrer)
	if err := h.DisableAs(t.Context(), audit.Operator, "disabled@northside.example", true); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		h.SignIn(t.Context(), at, "locked@northside.example", another)
	}
	var texts []string
	for email, given := range map[string]string{ada: another, "nobody@northside.example": password, "locked@northside.example": password, "disabled@northside.example": password} {
		got, err := h.SignIn(t.Context(), at, email, given)
		wants(t, err, fault.Unauthenticated)
		if got != (people.SignedIn{}) {
			t.Errorf("%s: %+v is given out", email, got)
		}
		texts = append(texts, fault.From(err).Error())
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("the answers differ: %q", texts)
		}
	}
}

// TestTheSameWorkIsDoneForAnUnknownAddress measures what a sign-in allocates, which is the memory of its hash and next to nothing beside
// it: a clock would tell of what else the machine does.
func TestTheSameWorkIsDoneForAnUnknownAddress(t *testing.T) {
	h := newHouse(t)
	for _, email := range []string{ada, "locked@northside.example", "disabled@northside.example"} {
		h.person(email, referrer)
	}
	const hash = 32 << 20
	room := people.New(h.book, h.options.Costing(hash>>10, 1))
	for _, email := range []string{ada, "locked@northside.example", "disabled@northside.example"} {
		if _, err := room.SignIn(t.Context(), at, email, password); err != nil { // hashed anew at the room's own cost
			t.Fatal(err)
		}
	}
	if err := room.DisableAs(t.Context(), audit.Operator, "disabled@northside.example", true); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		room.SignIn(t.Context(), from(i), "locked@northside.example", another)
	}
	for _, email := range []string{ada, "nobody@northside.example", "locked@northside.example", "disabled@northside.example"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := room.SignIn(t.Context(), at, email, another)
		runtime.ReadMemStats(&after)
		wants(t, err, fault.Unauthenticated)
		if took := after.TotalAlloc - before.TotalAlloc; took < hash || took > hash+hash/8 {
			t.Errorf("%s takes %d KiB, and a hash %d", email, took>>10, hash>>10)
		}
	}
}

func TestAnAccountWaitsLongerAfterEachWrongTryAndNeverLongerThanAnHour(t *testing.T) {
	before := 0
	for n := 1; n < 200; n++ {
		wait := people.WaitAfter(n)
		if n < 5 && wait != 0 || n == 5 && wait != 60 || n > 5 && wait != min(2*before, 3600) {
			t.Fatalf("try %d waits %d seconds, the one before %d", n, wait, before)
		}
		before = wait
	}
}

// TestNoOrderOfTriesGuessesFasterThanTheLockAllows lets somebody guess at random moments: whatever they do, no more wrong tries are looked
// at than the lock has room for, and a right password opens the account exactly when it is not locked.
func TestNoOrderOfTriesGuessesFasterThanTheLockAllows(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	for seed := range uint64(6) {
		dice := rand.New(rand.NewPCG(seed, 1))
		h.pass(48 * time.Hour)
		failed, until := 0, h.clock() // what the rule says
		for step := range 60 {
			h.pass(time.Duration(dice.IntN(240)) * time.Second)
			isLocked := h.clock().Before(until)
			if dice.IntN(12) == 0 {
				_, err := h.SignIn(t.Context(), from(step+int(seed)*60), ada, password)
				if isLocked {
					wants(t, err, fault.Unauthenticated)
				} else if err != nil {
					t.Fatalf("seed %d, step %d: an account that is not locked: %v", seed, step, err)
				} else {
					failed = 0
				}
				continue
			}
			_, err := h.SignIn(t.Context(), from(step+int(seed)*60), ada, another)
			wants(t, err, fault.Unauthenticated)
			if !isLocked {
				failed++
				until = h.clock().Add(time.Duration(people.WaitAfter(failed)) * time.Second)
			}
		}
	}
}

func TestManyTriesAtOnceAreNoMoreThanTheLockAllows(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() { h.SignIn(t.Context(), from(i), ada, fmt.Sprintf("guess number %d of many", i)) })
	}
	all.Wait()
	_, err := h.SignIn(t.Context(), at, ada, password)
	wants(t, err, fault.Unauthenticated)
	counted := 0
	for _, e := range h.trail() {
		if e.Action == audit.Refuse && e.Detail == "password" {
			counted++
		}
	}
	if counted != 5 {
		t.Errorf("%d wrong tries were looked at, want 5", counted)
	}
	h.pass(time.Minute)
	h.signIn(ada)
}

func TestWrongTriesOfYesterdayDoNotCount(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	for range 4 {
		h.SignIn(t.Context(), at, ada, another)
	}
	h.pass(25 * time.Hour)
	h.SignIn(t.Context(), at, ada, another)
	h.signIn(ada)
}

func TestAnAddressThatGuessesWaitsAndOthersDoNot(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	for i := range 30 {
		_, err := h.SignIn(t.Context(), at, fmt.Sprintf("guess%d@northside.example", i), password)
		wants(t, err, fault.Unauthenticated)
	}
	_, err := h.SignIn(t.Context(), at, ada, password)
	wants(t, err, fault.Busy)
	many, ok := people.IsTooMany(err)
	if !ok || many.Wait <= 0 || many.Wait > 20*time.Second {
		t.Errorf("the wait is %+v", many)
	}
	if _, err := h.SignIn(t.Context(), from(9), ada, password); err != nil {
		t.Errorf("another address: %v", err)
	}
	h.pass(many.Wait)
	h.signIn(ada)
}

func TestGuessedLinksCountAgainstTheAddressToo(t *testing.T) {
	h := newHouse(t)
	for i := range 30 {
		if i%2 == 0 {
			_, err := h.Invitation(t.Context(), at, "guess")
			wants(t, err, fault.NotFound)
		} else {
			wants(t, h.LooksAtSetUp(t.Context(), at, "guess"), fault.NotFound)
		}
	}
	_, err := h.Invitation(t.Context(), at, "guess")
	wants(t, err, fault.Busy)
}

func TestAFloodOfStrangersDoesNotFillTheTrail(t *testing.T) {
	h := newHouse(t)
	for i := range 1300 {
		h.SignIn(t.Context(), people.From{Address: fmt.Sprint(i)}, "nobody@northside.example", another)
	}
	before := len(h.trail())
	if before > 1000 {
		t.Errorf("the trail has %d entries", before)
	}
	h.pass(time.Minute)
	h.SignIn(t.Context(), at, "nobody@northside.example", another)
	if last := h.trail()[0]; last.Detail != "password, after 300 more that are not noted" {
		t.Errorf("the trail ends with %q", last.Detail)
	}
}

func TestAPasswordIsHashedAnewWhenItsCostChanges(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	stored := func() (hash string) {
		err := h.book.DB.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT `PasswordHash` FROM `person`")
			for rows.Next() {
				hash = string(rows.Text(0))
			}
			return rows.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	if !strings.HasPrefix(stored(), "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("the hash is %s", stored())
	}
	room := people.New(h.book, h.options.Costing(128, 2))
	if _, err := room.SignIn(t.Context(), at, ada, another); err == nil || !strings.Contains(stored(), "m=64,") {
		t.Errorf("a wrong password: %v, and the hash is %s", err, stored())
	}
	if _, err := room.SignIn(t.Context(), at, ada, password); err != nil || !strings.Contains(stored(), "$m=128,t=2,p=1$") {
		t.Errorf("a right password: %v, and the hash is %s", err, stored())
	}
	if _, err := room.SignIn(t.Context(), at, ada, password); err != nil {
		t.Error(err)
	}
}

func TestSignInsAtOnceTakeTheMemoryOfAsManyHashesAsThereAreCores(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	const mebibytes = 16
	room := people.New(h.book, h.options.Costing(mebibytes*1024, 1))
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() { room.SignIn(t.Context(), from(i), "nobody@northside.example", password) })
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	most := uint64(0)
	for isDone := false; !isDone; {
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapInuse)
		select {
		case <-done:
			isDone = true
		case <-time.After(5 * time.Millisecond):
		}
	}
	// What the collector has not taken back yet is at most as much again, and the hash of the room's own.
	allowed := before.HeapInuse + uint64(2*people.MostHashes()+3)*mebibytes<<20
	if most > allowed {
		t.Errorf("%d MiB were in use, want at most %d", most>>20, allowed>>20)
	}
}

func TestAHashThatIsNotItsTurnEndsWithTheRequest(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	room := people.New(h.book, h.options.Costing(1024, 1))
	_, err := room.SignIn(ctx, at, ada, password)
	if !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Busy) {
		t.Errorf("the error is %v", err)
	}
}

func TestASecondFactorIsAskedForAndItsCodeIsGoodOnce(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, _ := h.withSecondFactor(v)
	first, err := h.SignIn(t.Context(), at, ada, password)
	if err != nil || first.Session != "" || first.Step == "" {
		t.Fatalf("the password alone gives %+v, %v", first, err)
	}
	if _, err := h.Session(t.Context(), first.Step); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("what waits for a code opens a session: %v", err)
	}
	code := h.code(secret)
	session, err := h.Code(t.Context(), at, first.Step, code[:3]+" "+code[3:])
	if err != nil {
		t.Fatal(err)
	}
	h.visitor(session)
	_, err = h.Code(t.Context(), at, first.Step, code)
	wants(t, err, fault.Gone)
	second, err := h.SignIn(t.Context(), at, ada, password)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Code(t.Context(), at, second.Step, code)
	wants(t, err, fault.Unauthenticated, "used before")
	h.pass(30 * time.Second)
	if _, err := h.Code(t.Context(), at, second.Step, h.code(secret)); err != nil {
		t.Errorf("the next code: %v", err)
	}
}

func TestACodeIsGoodForAMinuteAndAHalfAndNotLonger(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, _ := h.withSecondFactor(v)
	for _, c := range []struct {
		late   time.Duration
		isGood bool
	}{{90 * time.Second, false}, {-90 * time.Second, false}, {30 * time.Second, true}, {-30 * time.Second, true}} {
		h.pass(10 * time.Minute)
		step, err := h.SignIn(t.Context(), at, ada, password)
		if err != nil {
			t.Fatal(err)
		}
		code := h.code(secret)
		h.pass(c.late)
		if _, err := h.Code(t.Context(), at, step.Step, code); (err == nil) != c.isGood {
			t.Errorf("a code that is %s off: %v", c.late, err)
		}
		h.pass(time.Hour)
	}
}

func TestGuessedCodesLockTheAccount(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, codes := h.withSecondFactor(v)
	step, err := h.SignIn(t.Context(), at, ada, password)
	if err != nil {
		t.Fatal(err)
	}
	right := h.code(secret)
	for i := range 5 {
		guess := fmt.Sprintf("%06d", i)
		if guess == right {
			guess = "999999"
		}
		_, err := h.Code(t.Context(), at, step.Step, guess)
		wants(t, err, fault.Unauthenticated)
	}
	_, err = h.Code(t.Context(), at, step.Step, right)
	wants(t, err, fault.Unauthenticated)
	_, err = h.Code(t.Context(), at, step.Step, codes[0])
	wants(t, err, fault.Unauthenticated)
	_, err = h.SignIn(t.Context(), at, ada, password)
	wants(t, err, fault.Unauthenticated)
	h.pass(time.Minute)
	// A right password does not give the tries back: the code is what is guessed.
	if step, err = h.SignIn(t.Context(), at, ada, password); err != nil {
		t.Fatal(err)
	}
	_, err = h.Code(t.Context(), at, step.Step, "000001")
	wants(t, err, fault.Unauthenticated)
	h.pass(time.Minute)
	_, err = h.Code(t.Context(), at, step.Step, h.code(secret))
	wants(t, err, fault.Unauthenticated)
	h.pass(time.Minute)
	if _, err := h.Code(t.Context(), at, step.Step, h.code(secret)); err != nil {
		t.Errorf("after two minutes: %v", err)
	}
}

func TestAStepWaitsTenMinutes(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, _ := h.withSecondFactor(v)
	step, err := h.SignIn(t.Context(), at, ada, password)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(10 * time.Minute)
	_, err = h.Code(t.Context(), at, step.Step, h.code(secret))
	wants(t, err, fault.Gone)
}

func TestARecoveryCodeIsGoodOnceAndNewOnesEndTheOld(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	_, codes := h.withSecondFactor(v)
	if len(codes) != 10 {
		t.Fatalf("there are %d codes", len(codes))
	}
	try := func(code string) error {
		step, err := h.SignIn(t.Context(), at, ada, password)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Code(t.Context(), at, step.Step, code)
		return err
	}
	if err := try(strings.ToLower(codes[3])); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	wants(t, try(codes[3]), fault.Unauthenticated)
	account, err := h.Account(t.Context(), v)
	if err != nil || account.CodesLeft != 9 || !account.HasSecondFactor {
		t.Errorf("the account is %+v, %v", account, err)
	}
	fresh, err := h.NewRecoveryCodes(t.Context(), v, password)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, try(codes[4]), fault.Unauthenticated)
	if err := try(fresh[0]); err != nil {
		t.Errorf("a new recovery code: %v", err)
	}
}

func TestASecondFactorIsOnOnlyWhenItsFirstCodeWasRight(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	wants(t, h.BeginSecondFactor(t.Context(), v, another), fault.Invalid, "not your password")
	if err := h.BeginSecondFactor(t.Context(), v, password); err != nil {
		t.Fatal(err)
	}
	_, err := h.ConfirmSecondFactor(t.Context(), v, "000000")
	wants(t, err, fault.Invalid)
	h.signIn(ada)
	enrolment, err := h.Enrolment(t.Context(), v)
	if err != nil || !strings.HasPrefix(enrolment.URI, "otpauth://totp/Bridgework:") || !strings.Contains(enrolment.URI, "secret="+enrolment.Secret) {
		t.Fatalf("the enrolment is %+v, %v", enrolment, err)
	}
	if _, err := h.ConfirmSecondFactor(t.Context(), v, h.code(enrolment.Secret)); err != nil {
		t.Fatal(err)
	}
	wants(t, h.BeginSecondFactor(t.Context(), v, password), fault.Conflict)
	wants(t, h.EndSecondFactor(t.Context(), v, another), fault.Invalid)
	if err := h.EndSecondFactor(t.Context(), v, password); err != nil {
		t.Fatal(err)
	}
	h.signIn(ada)
}

func TestAnotherInstallationsSecretDoesNotOpenASecondFactor(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, _ := h.withSecondFactor(v)
	step, err := h.SignIn(t.Context(), at, ada, password)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		return tx.Send("UPDATE `person` SET `TotpSecret` = ?", store.Text("b3RoZXI"))
	}); err != nil {
		t.Fatal(err)
	}
	_, err = h.Code(t.Context(), at, step.Step, h.code(secret))
	wants(t, err, fault.Internal)
}
