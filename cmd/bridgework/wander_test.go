package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/bridgework-dental/bridgework/internal/sandbox/network"
)

// wanderer is somebody of the demo at a browser without scripts, who follows whatever link a page has and presses whatever button,
// with what fits into its form and what does not.
type wanderer struct {
	t      *testing.T
	base   *url.URL
	who    string
	client *http.Client
	dice   *rand.Rand
}

// notTheirs are what nobody may press who shares a demo: it would end a sign-in or a role of the others, or their own.
var notTheirs = regexp.MustCompile(`^/(sign-out|account|people)`)

// webform is a form of a page.
type webform struct {
	action, encoding string
	isPost           bool
	fields           []*html.Node // inputs, selects and textareas
	buttons          []*html.Node
}

// webpage is what can be done on a page: its links and its forms, on the same host.
type webpage struct {
	at    string
	links []string
	forms []*webform
}

func attributeOf(n *html.Node, name string) string {
	at := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if at < 0 {
		return ""
	}
	return n.Attr[at].Val
}

func hasAttribute(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// within is an address of a page as a path of the host, without a fragment; false for one that leads elsewhere.
func (w *wanderer) within(at, reference string) (path string, ok bool) {
	from, err := w.base.Parse(at)
	if err != nil {
		return "", false
	}
	to, err := from.Parse(reference)
	if err != nil || to.Host != w.base.Host || to.Scheme != w.base.Scheme {
		return "", false
	}
	return to.RequestURI(), true
}

func (w *wanderer) read(at string, body []byte) *webpage {
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		w.t.Errorf("%s at %s: %v", w.who, at, err)
		return &webpage{at: at}
	}
	p := &webpage{at: at}
	var walk func(n *html.Node, in *webform)
	walk = func(n *html.Node, in *webform) {
		if n.Type == html.ElementNode {
			switch n.Data {
			case "a":
				href := attributeOf(n, "href")
				if path, ok := w.within(at, href); ok && href != "" && href[0] != '#' && !notTheirs.MatchString(path) {
					p.links = append(p.links, path)
				}
			case "form":
				in = &webform{encoding: attributeOf(n, "enctype"), isPost: strings.EqualFold(attributeOf(n, "method"), "post")}
				if path, ok := w.within(at, attributeOf(n, "action")); ok && !notTheirs.MatchString(path) {
					in.action = path
					p.forms = append(p.forms, in)
				}
			case "input", "select", "textarea":
				if in != nil && attributeOf(n, "name") != "" && !hasAttribute(n, "disabled") {
					in.fields = append(in.fields, n)
				}
			case "button":
				if kind := attributeOf(n, "type"); in != nil && (kind == "" || kind == "submit") && !hasAttribute(n, "disabled") {
					in.buttons = append(in.buttons, n)
				}
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child, in)
		}
	}
	walk(root, nil)
	return p
}

func (w *wanderer) oneOf(texts ...string) string { return texts[w.dice.IntN(len(texts))] }

// fill fills a form in, sometimes as it is meant, sometimes not.
func (w *wanderer) fill(f *webform) url.Values {
	values, radios := make(url.Values), make(map[string][]string)
	for _, n := range f.fields {
		name, value := attributeOf(n, "name"), attributeOf(n, "value")
		switch kind := attributeOf(n, "type"); {
		case n.Data == "select":
			var options []string
			for option := range n.Descendants() {
				if option.Data == "option" {
					options = append(options, attributeOf(option, "value"))
				}
			}
			if len(options) > 0 {
				values.Add(name, w.oneOf(options...))
			}
		case kind == "radio":
			radios[name] = append(radios[name], value)
		case kind == "checkbox":
			if w.dice.IntN(5) < 2 {
				values.Add(name, value)
			}
		case kind == "file":
		case kind == "hidden":
			values.Add(name, value)
		case kind == "date":
			values.Add(name, w.oneOf(fmt.Sprintf("2026-12-%02d", 1+w.dice.IntN(31)), "1980-05-04", "", value))
		case kind == "time":
			values.Add(name, w.oneOf("09:30", "14:00", ""))
		case kind == "number":
			values.Add(name, w.oneOf("1", "30", "", "-1", "99999999999", value))
		default:
			values.Add(name, w.oneOf(value, value, value, "Words", "", "O'Brien <b>&amp;</b>", "漢字 😀 ẞ", "a\r\nb", fmt.Sprint(w.dice.IntN(400)), strings.Repeat("x", 10+w.dice.IntN(3000)), "12/03/1985", "09:30"))
		}
	}
	for name, of := range radios {
		values.Add(name, w.oneOf(of...))
	}
	if len(f.buttons) > 0 {
		if pressed := f.buttons[w.dice.IntN(len(f.buttons))]; attributeOf(pressed, "name") != "" {
			values.Add(attributeOf(pressed, "name"), attributeOf(pressed, "value"))
		}
	}
	return values
}

// send sends a request, and follows where it leads; nil for what is no page.
func (w *wanderer) send(method, path string, values url.Values, encoding string) (status int, page *webpage) {
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(values.Encode())
		if encoding == "multipart/form-data" {
			var b strings.Builder
			for name, all := range values {
				for _, value := range all {
					fmt.Fprintf(&b, "--between\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
				}
			}
			body, encoding = strings.NewReader(b.String()+"--between--\r\n"), "multipart/form-data; boundary=between"
		} else {
			encoding = "application/x-www-form-urlencoded"
		}
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.base.String()+path, body)
	if err != nil {
		w.t.Errorf("%s: %v", w.who, err)
		return 0, nil
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", encoding)
	}
	response, err := w.client.Do(r)
	if err != nil {
		w.t.Errorf("%s, %s %s: %v", w.who, method, path, err)
		return 0, nil
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Errorf("%s, %s %s: %v", w.who, method, path, err)
	}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		page = w.read(response.Request.URL.RequestURI(), text)
	}
	return response.StatusCode, page
}

// wander goes on for so many pages. No page may lead to a fault of the server, nor a link to where it does not open; a referral is the
// exception, which somebody else may have taken from their hands meanwhile.
func (w *wanderer) wander(pages int) {
	status, page := w.send(http.MethodPost, "/sign-in", url.Values{"email": {w.who}, "password": {network.Password}}, "")
	if status != http.StatusOK {
		w.t.Errorf("%s signs in with %d", w.who, status)
		return
	}
	for range pages {
		if page == nil || len(page.links) == 0 {
			_, page = w.send(http.MethodGet, "/", nil, "")
			continue
		}
		from := page
		if len(page.forms) > 0 && w.dice.IntN(5) < 2 {
			f := page.forms[w.dice.IntN(len(page.forms))]
			values := w.fill(f)
			if f.isPost {
				status, page = w.send(http.MethodPost, f.action, values, f.encoding)
			} else {
				path, _, _ := strings.Cut(f.action, "?")
				status, page = w.send(http.MethodGet, path+"?"+values.Encode(), nil, "")
			}
			if status >= 500 || status == http.StatusBadRequest || status == http.StatusNotFound && !strings.HasPrefix(f.action, "/referrals/") {
				w.t.Errorf("%s, a form of %s to %s: %d for %.500s", w.who, from.at, f.action, status, values.Encode())
			}
			continue
		}
		link := w.oneOf(page.links...)
		status, page = w.send(http.MethodGet, link, nil, "")
		if status != http.StatusOK && !(strings.HasPrefix(link, "/referrals/") && status < 500) {
			w.t.Errorf("%s, a link of %s to %s: %d", w.who, from.at, link, status)
		}
	}
}

// Everybody works at the same time: nothing that a page offers may end in a fault of the server or on a page that is not there, nothing
// is logged that an operator would have to look into, and the trails are whole afterwards. The race detector looks on.
func TestWhateverEverybodyPressesAtTheSameTimeTheServerAnswers(t *testing.T) {
	_, flags := place(t)
	demo, stop := begin(t, "demo", flags...)
	base, err := url.Parse(demo.base(t))
	if err != nil {
		t.Fatal(err)
	}
	demo.awaits(t, "provider@demo.example")
	var all sync.WaitGroup
	for i, s := range slices.Concat(network.SignIns[:], network.SignIns[:]) {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &wanderer{t: t, base: base, who: s.Email, client: &http.Client{Jar: jar}, dice: rand.New(rand.NewPCG(1, uint64(i)))}
		all.Go(func() { w.wander(120) })
	}
	all.Wait()
	stop()
	if complaint := regexp.MustCompile(`(?m)^.*level=(WARN|ERROR).*$`).FindString(demo.String()); complaint != "" {
		t.Errorf("it is logged: %s", complaint)
	}
	if out := mustRun(t, append([]string{"verify"}, flags...)...); strings.Count(out, "unbroken") != 1+len(network.Practices) {
		t.Errorf("verify prints %s", out)
	}
}
