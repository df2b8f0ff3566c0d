package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// trackBody is the page on which patients see where their referral is.
type trackBody struct {
	Faults           []link
	Wrong            map[string]string // the same by the input's id
	URN              string
	Day, Month, Year string
	Found            *referral.Tracked
	Lines            []threadLine
}

// showTrack asks for the reference and the date of birth.
func (s *Site) showTrack(w http.ResponseWriter, r *http.Request) error {
	return s.trackPage(w, r, http.StatusOK, trackBody{URN: r.URL.Query().Get("urn")})
}

func (s *Site) trackPage(w http.ResponseWriter, r *http.Request, status int, body trackBody) error {
	body.Wrong = make(map[string]string)
	for _, f := range body.Faults {
		body.Wrong[strings.TrimPrefix(f.Href, "#")] = f.Text
	}
	title := "Where is my referral?"
	if body.Found != nil {
		title = "Your referral " + body.Found.URN
	}
	return render(w, r, status, "track", page{Title: title, Narrow: true, Faulty: len(body.Faults) > 0, Body: body})
}

// track answers where the referral is. What is not found says the same whatever of it is wrong.
func (s *Site) track(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "This cannot be read")
	}
	body := trackBody{URN: strings.TrimSpace(r.PostForm.Get("urn")), Day: r.PostForm.Get("day"), Month: r.PostForm.Get("month"), Year: r.PostForm.Get("year")}
	urn, ok := referral.ParseURN(strings.Join(strings.Fields(body.URN), "")) // as people copy it from paper: TST 0000001
	if !ok {
		body.Faults = append(body.Faults, link{"#urn", "Enter the reference: ten letters and digits, like TST0000001"})
	}
	born, ok := bornOf(r.PostForm)
	if !ok {
		body.Faults = append(body.Faults, link{"#day", "Enter the date of birth as day, month and year, like 31 1 2010"})
	}
	if body.Faults != nil {
		return s.trackPage(w, r, http.StatusUnprocessableEntity, body)
	}
	if wait := s.tries.take(proxy.From(r), urn); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		m := message{Heading: "Too many tries", Lines: []string{
			"To keep strangers from guessing, a reference can be tried a few times an hour.",
			"Please try again later, or ask your dentist, who can see the referral under its reference."}}
		return render(w, r, http.StatusTooManyRequests, "message", page{Title: m.Heading, Narrow: true, Body: m})
	}
	found, err := s.desk.Track(r.Context(), urn, born)
	if fault.Is(err, fault.NotFound) {
		body.Faults = []link{{"#urn", "There is no referral with this reference and date of birth. Check both; your dentist has the reference"}}
		return s.trackPage(w, r, http.StatusNotFound, body)
	}
	if err != nil {
		return err
	}
	s.tries.giveBack(urn)
	body.Found = found
	for _, line := range found.Lines {
		body.Lines = append(body.Lines, threadLine{On: line.On.Words(), What: line.Text})
	}
	return s.trackPage(w, r, http.StatusOK, body)
}

// bornOf reads a date in three parts.
func bornOf(form url.Values) (dental.Date, bool) {
	var part [3]int
	for i, name := range []string{"year", "month", "day"} {
		number, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		if err != nil || number < 1 || number > 9999 {
			return dental.Date{}, false
		}
		part[i] = number
	}
	at := time.Date(part[0], time.Month(part[1]), part[2], 0, 0, 0, 0, time.UTC)
	if at.Year() != part[0] || int(at.Month()) != part[1] || at.Day() != part[2] {
		return dental.Date{}, false
	}
	return dental.DateOf(at), true
}

// tries keep strangers from guessing a date of birth: a few for each reference, and more for each address, behind which a
// whole clinic may be. They are this process's own; another one behind the same name allows as many again.
type tries struct {
	mu         sync.Mutex
	references map[string]*rate.Limiter
	addresses  map[string]*rate.Limiter
}

const (
	triesOfReference = 6  // at once; one more each ten minutes
	triesOfAddress   = 60 // at once; one more each second
	triesRemembered  = 10_000
)

// take is 0 where a try is allowed, and else how long to wait.
func (t *tries) take(address, urn string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if wait := reserve(limiter(&t.addresses, address, time.Second, triesOfAddress)); wait > 0 {
		return wait
	}
	return reserve(limiter(&t.references, urn, 10*time.Minute, triesOfReference))
}

// giveBack lets whoever knows both ask as often as they like.
func (t *tries) giveBack(urn string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.references, urn)
}

func limiter(of *map[string]*rate.Limiter, key string, every time.Duration, burst int) *rate.Limiter {
	if *of == nil || len(*of) >= triesRemembered {
		*of = make(map[string]*rate.Limiter) // who guesses at so many references is held by the address
	}
	found := (*of)[key]
	if found == nil {
		found = rate.NewLimiter(rate.Every(every), burst)
		(*of)[key] = found
	}
	return found
}

func reserve(l *rate.Limiter) time.Duration {
	r := l.Reserve()
	if wait := r.Delay(); wait > 0 {
		r.Cancel()
		return wait
	}
	return 0
}
