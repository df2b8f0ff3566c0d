package od

import (
	"net/url"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Subscription is a developer's wish to be sent the rows of a table that change. Package notify
// delivers.
type Subscription struct {
	// SubscriptionNum is the key.
	SubscriptionNum dental.SubscriptionNum `od:"key column=ApiSubscriptionNum"`
	// EndPointUrl is where the rows are sent to, as it is.
	EndPointUrl string `od:"server max=255"`
	// Workstation is sent along in a header of this name.
	Workstation string `od:"server max=255"`
	// CustomerKey is answered as "": keys are shown once, when they are made.
	CustomerKey string `od:"calc"`
	// WatchTable is the table whose changes are sent.
	WatchTable string `od:"server max=255"`
	// PollingSeconds is how often changes are looked for.
	PollingSeconds int `od:"server"`
	// UiEventType is "": this server has no windows of its own that patients are chosen in.
	UiEventType string `od:"server max=255"`
	// DateTimeStart is up to when everything has been sent. It moves on with each look.
	DateTimeStart dental.DateTime `od:"server"`
	// DateTimeStop is when the subscription ends; "0001-01-01 00:00:00" is never.
	DateTimeStop dental.DateTime `od:"server"`
	// Note is the developer's own.
	Note string `od:"server max=255"`
	// SealedKey is the customer key that is sent along, sealed.
	SealedKey string `od:"hidden max=255 column=CustomerKey"`
	// KeyNum is the API key whose subscription it is.
	KeyNum int64 `od:"hidden"`
	// PlaceNum is the last row that was sent of those that were changed at DateTimeStart.
	PlaceNum int64 `od:"hidden"`
}

var subscriptions = resource.Derive[Subscription](resource.Spec{
	Name: "Subscriptions", Path: "subscriptions", Thing: "Subscription", Table: "apisubscription",
	Delete: resource.Access{Group: resource.ReadAll, Since: "22.1"},
	Computed: []resource.Computed{{
		Name: "CustomerKey", Columns: []string{"r.`KeyNum`"},
		Append: func(dst []byte, _ store.Row, _ int) []byte { return append(dst, `""`...) },
	}},
}, nil)

// Subscriptions serves what a key has subscribed to; another key's are not there for it.
var Subscriptions = &Rows[Subscription]{
	Table: subscriptions, OnDelete: deleteSubscription,
	Actions: []*Action{listSubscriptions, subscribe, changeSubscription},
}

// Watchable are the resources whose changes can be subscribed to, by the name that WatchTable has. Each
// has a stamp. Open Dental watches neither Referral nor RefAttach.
var Watchable = []struct {
	Name     string
	Resource Resource
}{
	{"Appointment", Appointments},
	{"Operatory", Operatories},
	{"PatField", PatFields},
	{"Patient", Patients},
	{"Provider", Providers},
	{"RefAttach", RefAttaches},
	{"Referral", Referrals},
}

func watchableNames() string {
	var names []string
	for _, w := range Watchable {
		names = append(names, w.Name)
	}
	return strings.Join(names, ", ")
}

// SubscriptionList is what GET /subscriptions takes.
type SubscriptionList struct{}

var listSubscriptions = Reading(resource.Action{
	Method: "GET", Access: resource.Access{Group: resource.ReadAll, Since: "22.1"}, Paged: true, Answers: "the key's subscriptions",
}, nil, func(c store.Conn, call *Call[SubscriptionList], dst []byte) ([]byte, error) {
	return subscriptions.AppendRows(dst, c, "WHERE r.`KeyNum` = ? ORDER BY r.`ApiSubscriptionNum` LIMIT ? OFFSET ?", call.Format,
		store.Int(call.Caller.KeyNum), store.Int(call.Page.Limit), store.Int(call.Page.Offset))
})

// NewSubscription is what POST /subscriptions takes.
type NewSubscription struct {
	// EndPointUrl is where to send to: http or https. It is used as it is.
	EndPointUrl string `od:"in! max=255"`
	// Workstation is sent along in a header.
	Workstation string `od:"in max=255"`
	// WatchTable is the table whose changes are sent.
	WatchTable string `od:"in max=255"`
	// PollingSeconds is how often changes are looked for, at least 1.
	PollingSeconds int `od:"in"`
	// UiEventType cannot be used here.
	UiEventType string `od:"in max=255"`
	// DateTimeStart is from when on changes are sent, a moment or a day. Default now.
	DateTimeStart string `od:"in"`
	// DateTimeStop is when it ends. Default "0001-01-01 00:00:00", never.
	DateTimeStop dental.DateTime `od:"in"`
	// Note is the developer's own.
	Note string `od:"in max=255"`
}

var subscribe = Writing(resource.Action{
	Method: "POST", Access: resource.Access{Group: resource.ReadAll, Since: "22.1"}, Answers: "the subscription",
}, checkNewSubscription, postSubscription)

func checkNewSubscription(call *Call[NewSubscription]) []fault.Field {
	faults := checkEndpoint(call.In.EndPointUrl)
	switch {
	case call.In.UiEventType != "":
		faults = append(faults, fault.Field{Name: "UiEventType", Text: "UiEventType cannot be used: this server has no windows that patients are chosen in"})
	case call.In.WatchTable == "":
		faults = append(faults, fault.Field{Name: "WatchTable", Text: "WatchTable is required"})
	case watchName(call.In.WatchTable) == "":
		faults = append(faults, fault.Field{Name: "WatchTable", Text: "WatchTable must be one of " + watchableNames()})
	}
	if call.In.PollingSeconds < 1 {
		faults = append(faults, pollingTooOften)
	}
	return append(faults, checkStart(call.In.DateTimeStart)...)
}

// startOf reads a moment, or the beginning of a day.
func startOf(text string) (dental.DateTime, error) {
	if day, err := dental.ParseDate(text); err == nil {
		text = day.String() + " 00:00:00"
	}
	return dental.ParseDateTime(text)
}

func checkStart(text string) []fault.Field {
	if _, err := startOf(text); text != "" && err != nil {
		return []fault.Field{{Name: "DateTimeStart", Text: "DateTimeStart format must be yyyy-MM-dd HH:mm:ss or yyyy-MM-dd"}}
	}
	return nil
}

// watchName is a watchable table's name in its own spelling, "" for none.
func watchName(name string) string {
	for _, w := range Watchable {
		if strings.EqualFold(w.Name, name) {
			return w.Name
		}
	}
	return ""
}

var pollingTooOften = fault.Field{Name: "PollingSeconds", Text: "PollingSeconds must be at least 1"}

// checkEndpoint refuses what is no address of the web.
func checkEndpoint(address string) []fault.Field {
	if address == "" || isWebAddress(address) {
		return nil
	}
	return []fault.Field{{Name: "EndPointUrl", Text: "EndPointUrl must begin with https:// or http:// and name a host"}}
}

func isWebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

func postSubscription(tx *record.Tx, call *Call[NewSubscription], dst []byte) ([]byte, error) {
	sealed, err := call.SealKey()
	if err != nil {
		return nil, err
	}
	row := &Subscription{
		EndPointUrl: call.In.EndPointUrl, Workstation: call.In.Workstation, WatchTable: watchName(call.In.WatchTable),
		PollingSeconds: call.In.PollingSeconds, DateTimeStart: tx.At, DateTimeStop: call.In.DateTimeStop,
		Note: call.In.Note, SealedKey: sealed, KeyNum: tx.Caller.KeyNum,
	}
	if start, err := startOf(call.In.DateTimeStart); err == nil && call.In.DateTimeStart != "" {
		row.DateTimeStart = start
	}
	if err := record.Create(tx, subscriptions, row); err != nil {
		return nil, err
	}
	return subscriptions.AppendOne(dst, tx, int64(row.SubscriptionNum), call.Format)
}

// SubscriptionChange is what PUT /subscriptions/{SubscriptionNum} takes.
type SubscriptionChange struct {
	// EndPointUrl is where to send to.
	EndPointUrl string `od:"in max=255"`
	// Workstation is sent along in a header.
	Workstation string `od:"in max=255"`
	// PollingSeconds is how often changes are looked for, at least 1.
	PollingSeconds int `od:"in"`
	// DateTimeStart is from when on changes are sent, a moment or a day; once more if it lies back.
	DateTimeStart string `od:"in"`
	// DateTimeStop is when it ends.
	DateTimeStop dental.DateTime `od:"in"`
	// Note is the developer's own.
	Note string `od:"in max=255"`
}

var changeSubscription = Writing(resource.Action{
	Method: "PUT", OnRow: true, Access: resource.Access{Group: resource.ReadAll, Since: "22.1"},
}, checkSubscriptionChange, putSubscription)

func checkSubscriptionChange(call *Call[SubscriptionChange]) []fault.Field {
	faults := checkEndpoint(call.In.EndPointUrl)
	if call.Has("EndPointUrl") && call.In.EndPointUrl == "" {
		faults = append(faults, fault.Field{Name: "EndPointUrl", Text: "EndPointUrl cannot be blank"})
	}
	if call.Has("PollingSeconds") && call.In.PollingSeconds < 1 {
		faults = append(faults, pollingTooOften)
	}
	return append(faults, checkStart(call.In.DateTimeStart)...)
}

func putSubscription(tx *record.Tx, call *Call[SubscriptionChange], dst []byte) ([]byte, error) {
	old, err := ownSubscription(tx, call.Key)
	if err != nil {
		return nil, err
	}
	changed := *old
	for name, set := range map[string]func(){
		"EndPointUrl":    func() { changed.EndPointUrl = call.In.EndPointUrl },
		"Workstation":    func() { changed.Workstation = call.In.Workstation },
		"PollingSeconds": func() { changed.PollingSeconds = call.In.PollingSeconds },
		"DateTimeStart":  func() { changed.setStart(call.In.DateTimeStart) },
		"DateTimeStop":   func() { changed.DateTimeStop = call.In.DateTimeStop },
		"Note":           func() { changed.Note = call.In.Note },
	} {
		if call.Has(name) {
			set()
		}
	}
	return dst, record.Update(tx, subscriptions, old, &changed)
}

// setStart sets the place anew; blank leaves it.
func (s *Subscription) setStart(text string) {
	if start, err := startOf(text); err == nil && text != "" {
		s.DateTimeStart, s.PlaceNum = start, 0
	}
}

// ownSubscription reads a subscription of the caller's key. Another key's is not found.
func ownSubscription(tx *record.Tx, key int64) (*Subscription, error) {
	row, err := subscriptions.Get(tx, key)
	if err == nil && row.KeyNum != tx.Caller.KeyNum {
		err = subscriptions.NotFound()
	}
	return row, err
}

func deleteSubscription(tx *record.Tx, row *Subscription) error {
	if row.KeyNum != tx.Caller.KeyNum {
		return subscriptions.NotFound()
	}
	return record.Delete(tx, subscriptions, row)
}

// LiveSubscriptions reads those of all keys that have not ended.
func LiveSubscriptions(c store.Conn, now dental.DateTime) ([]*Subscription, error) {
	return subscriptions.Find(c, "WHERE `DateTimeStop` = '0001-01-01 00:00:00' OR `DateTimeStop` > ? ORDER BY `ApiSubscriptionNum`", store.Text(now.String()))
}

// MoveSubscription notes how far a subscription has been delivered: everything that was changed before
// start, and of what was changed at start the rows up to place. It tells whether it did: a subscription
// that was changed or removed meanwhile is left alone. It is not the developer's act but a bookmark, so
// the trail does not tell of it.
func MoveSubscription(tx store.Tx, s *Subscription, start dental.DateTime, place int64) (moved bool, err error) {
	found, err := subscriptions.Find(tx, "WHERE `ApiSubscriptionNum` = ?", store.Int(s.SubscriptionNum))
	if err != nil || len(found) == 0 || *found[0] != *s {
		return false, err
	}
	return true, tx.Send("UPDATE `apisubscription` SET `DateTimeStart` = ?, `PlaceNum` = ? WHERE `ApiSubscriptionNum` = ?",
		store.Text(start.String()), store.Int(place), store.Int(s.SubscriptionNum))
}
