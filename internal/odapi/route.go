package odapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// route is what a method and a path come to.
type route struct {
	method   string
	resource od.Resource
	key      int64 // the row's, in /patients/15
	hasKey   bool
	action   string // of a list or an action, in /patients/Simple
	list     int    // the list's place in the declaration
	act      *od.Action
	path     string // of a method that belongs to no resource
	access   resource.Access
	do       func(ctx context.Context, c *call) (answer, error)
}

// String is the route for the log and the trail: it names no row and repeats nothing that the
// caller made up.
func (r *route) String() string {
	if r.path != "" {
		return r.method + " " + r.path
	}
	if r.resource == nil {
		return strings.TrimSpace(r.method + " unknown")
	}
	text := r.method + " /" + r.resource.Plan().Path
	if r.hasKey {
		text += "/{key}"
	}
	if r.action != "" {
		text += "/" + r.action
	}
	return text
}

// match finds the route. What is not there is 404, whatever the method: the API knows no 405.
func (s *Server) match(method, path string) (route, error) {
	var r route
	switch method {
	case http.MethodHead:
		r.method = http.MethodGet // net/http leaves the body out
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete:
		r.method = method
	default:
		return r, fault.New(fault.NotFound, "This API has no such method; use GET, POST, PUT or DELETE")
	}
	// Clients join base and path with one slash too many or too few at the end.
	var segments []string
	for segment := range strings.SplitSeq(path[len(Prefix):], "/") {
		if segment != "" {
			segments = append(segments, segment)
		}
	}
	if len(segments) == 0 {
		return r, fault.New(fault.NotFound, "Name a resource, for example %sreferrals", Prefix)
	}
	if strings.EqualFold(segments[0], queries) {
		return s.matchQuery(r, segments[1:])
	}
	found, ok := s.resources[strings.ToLower(segments[0])]
	if !ok {
		return r, fault.New(fault.NotFound, "/%s is not a resource of this API", bounded(segments[0]))
	}
	r.resource = found
	plan := found.Plan()
	switch len(segments) {
	case 1:
		r.pickCollection(plan, "")
	case 2:
		if err := r.pickRow(plan, segments[1]); err != nil {
			return r, err
		}
	case 3:
		if err := r.pickRowAction(plan, segments[1], segments[2]); err != nil {
			return r, err
		}
	default:
		return r, errTooDeep(plan)
	}
	if r.do == nil || r.access.Group == "" {
		return r, fault.New(fault.NotFound, "%s is not a method of %s", r.String(), plan.Name)
	}
	return r, nil
}

// pickList finds the list of an action; "" is the plain list.
func (r *route) pickList(plan *resource.Plan, action string) bool {
	for i := range plan.Lists {
		if strings.EqualFold(plan.Lists[i].Action, action) {
			r.list, r.action = i, plan.Lists[i].Action
			r.access, r.do = plan.Lists[i].Access, list
			return true
		}
	}
	return false
}

func errTooDeep(plan *resource.Plan) error {
	return fault.New(fault.NotFound, "%s has no methods so deep in a path", plan.Name)
}

// pickCollection finds the method on the whole resource: an action, a list, or a creation. It tells
// whether the name is known, be it for another method.
func (r *route) pickCollection(plan *resource.Plan, name string) bool {
	known := r.pickAction(name, false)
	switch {
	case r.do != nil:
	case r.method == http.MethodGet && r.pickList(plan, name):
		return true
	case r.method == http.MethodPost && name == "":
		r.access, r.do = plan.Create, create
	}
	return known
}

// pickAction finds a declared action, and tells whether the name is known, be it for another method.
func (r *route) pickAction(name string, onRow bool) (known bool) {
	for _, action := range r.resource.Acts() {
		if action.OnRow != onRow || !strings.EqualFold(action.Name, name) {
			continue
		}
		known, r.action = true, action.Name
		if action.Method == r.method {
			r.act, r.access, r.do = action, action.Access, act
			break
		}
	}
	return known
}

// pickRowAction reads a key and the name of an action on its row.
func (r *route) pickRowAction(plan *resource.Plan, key, name string) error {
	if !slices.ContainsFunc(r.resource.Acts(), func(a *od.Action) bool { return a.OnRow && a.Name != "" }) {
		return errTooDeep(plan)
	}
	number, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "%q is not a key of %s", bounded(key), plan.Name)
	}
	r.key, r.hasKey = number, true
	if !r.pickAction(name, true) {
		return fault.New(fault.NotFound, "%q is not an action on a row of %s", bounded(name), plan.Name)
	}
	return nil
}

// pickRow reads the second segment: the name of a list or an action wins over a key.
func (r *route) pickRow(plan *resource.Plan, segment string) error {
	if r.pickCollection(plan, segment) {
		return nil
	}
	key, err := strconv.ParseInt(segment, 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "%q is neither a key nor an action of %s", bounded(segment), plan.Name)
	}
	r.key, r.hasKey = key, true
	if r.pickAction("", true); r.do != nil {
		return nil
	}
	switch r.method {
	case http.MethodGet:
		r.access, r.do = plan.Get, get
	case http.MethodPut:
		r.access, r.do = plan.Update, update
	case http.MethodDelete:
		r.access, r.do = plan.Delete, remove
	}
	return nil
}

// bounded shortens what the caller made up before it is said back.
func bounded(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// location is the URL of a row, as the caller reaches this server.
func location(r *http.Request, plan *resource.Plan, key int64) string {
	scheme := "http"
	if proxy.IsHTTPS(r) {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s%s/%d", scheme, r.Host, Prefix, plan.Path, key)
}
