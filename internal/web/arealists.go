package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// listAt reads the waiting list of the path, which is the area's and the visitor's to change; "new" is one that is not yet there.
func (s *Site) listAt(r *http.Request) (v Visitor, a directory.Area, l directory.List, err error) {
	if v, err = s.administrator(r); err != nil {
		return v, a, l, err
	}
	if a, err = s.areaAt(r); err != nil {
		return v, a, l, err
	}
	if !v.editor().MayChangeArea(a.Num) {
		return v, a, l, notCentre
	}
	if r.PathValue("list") == "new" {
		return v, a, directory.List{Area: a.Num, IsOpen: true}, nil
	}
	num, err := numOf(r, "list")
	if err != nil {
		return v, a, l, err
	}
	lists, err := s.options.Directory.Lists(r.Context(), a.Num)
	if err != nil {
		return v, a, l, err
	}
	at := slices.IndexFunc(lists, func(l directory.List) bool { return l.Num == num })
	if at < 0 {
		return v, a, l, notFound
	}
	return v, a, lists[at], nil
}

func (s *Site) editList(a directory.Area, l directory.List) editBody {
	path := areaPath(a.Num) + "/lists/"
	body := editBody{Heading: "Change " + l.Name, Lead: "A waiting list of " + a.Name, Back: link{areaPath(a.Num), "Back to " + a.Name}, Action: path + strconv.FormatInt(l.Num, 10), Rev: l.Rev, Save: "Save"}
	if l.Num == 0 {
		body.Heading, body.Action, body.Save = "Add a waiting list", path+"new", "Add"
	}
	body.Groups = []editGroup{{Fields: []editField{textInput("Name", "Name", l.Name).hint("Patients and referrers read it: “on the waiting list of …”"), tickInput("IsOpen", "Open: takes more referrals", l.IsOpen),
		ticksInput("FormTypes", "Forms on which it takes referrals", l.FormTypes, s.formOptions(l.FormTypes)).optional().hint("None ticked is any form. Those that are on the list stay on it")}}}
	return body
}

func (s *Site) showListForm(w http.ResponseWriter, r *http.Request) error {
	v, a, l, err := s.listAt(r)
	if err != nil {
		return err
	}
	body := s.editList(a, l)
	return render(w, r, http.StatusOK, "edit", v.page(body.Heading, body))
}

// saveList adds or changes a waiting list.
func (s *Site) saveList(w http.ResponseWriter, r *http.Request) error {
	v, a, old, err := s.listAt(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	typed := old
	typed.Rev, typed.Name, typed.IsOpen, typed.FormTypes = rev, r.PostForm.Get("Name"), isTicked(r, "IsOpen"), r.PostForm["FormTypes"]
	if _, refusal := s.options.Directory.SaveList(r.Context(), v.auditCaller(r), v.editor(), typed); refusal != nil {
		body := s.editList(a, old)
		body.Rev = rev
		return showAgain(w, r, v, body, refusal, func() (editBody, error) {
			_, a, now, err := s.listAt(r)
			return s.editList(a, now), err
		})
	}
	http.Redirect(w, r, areaPath(a.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}
