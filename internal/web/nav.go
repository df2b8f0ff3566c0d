package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// navOf is what belongs to a role: the first is where its work begins. forAreas tells that they act for a referral centre's areas.
func navOf(role lifecycle.Role, forAreas bool) []link {
	switch role {
	case lifecycle.Referrer:
		return []link{{"/work/outbound", "Sent referrals"}, {"/work/new", "New referral"}, {"/referrals", "All referrals"}, {"/referrals?show=" + showDrafts, "Drafts"}, {"/directory", "Directory"}}
	case lifecycle.Triager:
		return []link{{"/work/triage", "Triage"}, {"/directory", "Directory"}, {"/work/capacity", "Capacity"}}
	case lifecycle.Approver:
		return []link{{"/work/approvals", "To confirm"}, {"/directory", "Directory"}, {"/work/capacity", "Capacity"}}
	case lifecycle.Provider:
		return []link{{"/work/inbound", "Referrals to you"}, {"/directory", "Directory"}}
	case lifecycle.Administrator:
		if !forAreas {
			return []link{{"/people", "People"}, {"/directory", "Directory"}}
		}
		return []link{{"/work/area", "The area"}, {"/work/capacity", "Capacity"}, {"/people", "People"}, {"/directory", "Directory"}, {"/areas", "Areas"}, {"/routes", "Routing"}}
	}
	return nil
}

// served are those of the links that this server has pages for.
func (s *Site) served(links []link) []link {
	return slices.DeleteFunc(links, func(l link) bool { return !s.has(l.Href) })
}

// has tells whether there is a page at a path.
func (s *Site) has(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}})
	return pattern != ""
}

// showHome leads to where a person's work begins, and who is not signed in to the sign-in.
func (s *Site) showHome(w http.ResponseWriter, r *http.Request) error {
	to := SignInPath
	if v, err := s.visitor(r); err == nil {
		to = "/account"
		if links := s.served(navOf(v.Acting.Role, len(v.Areas) > 0)); len(links) > 0 {
			to = links[0].Href
		}
	} else if _, err := s.keySession(r); err == nil {
		to = "/referrals"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// signInPath is where one signs in, to come back to the page that was asked for.
func signInPath(r *http.Request) string {
	if to := r.URL.RequestURI(); r.Method == http.MethodGet && isOwnPath(to) {
		return SignInPath + "?to=" + url.QueryEscape(to)
	}
	return SignInPath
}

// isOwnPath tells whether an address leads to a page of ours, and nowhere else whatever a browser makes of it.
func isOwnPath(to string) bool {
	at, err := url.Parse(to)
	if err != nil || at.IsAbs() || at.Host != "" || at.Opaque != "" || len(to) > 500 || to[:min(1, len(to))] != "/" || len(to) > 1 && (to[1] == '/' || to[1] == '\\') {
		return false
	}
	for _, c := range to {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return false
		}
	}
	return Serves(at.Path) && at.Path != SignInPath
}
