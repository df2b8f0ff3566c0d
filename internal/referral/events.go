package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Event is one step of a referral. Steps are only ever added; the state is what they fold to.
type Event struct {
	Referral     int64
	Seq          int64 // counts up from 1 within the referral
	Move         Move
	From, To     State
	ActorRole    Role
	ActorNum     int64
	ActorName    string
	At           dental.DateTime
	ReasonCode   string
	TextPublic   string // for the referrer, and where it says how a referral ended, for the status
	TextInternal string // never leaves the referral centre
	Allocation   int64
	Data         string // JSON
}

// Allocation is whom a referral is given to.
type Allocation struct {
	Provider      int64
	ProviderName  string
	ClinicianName string
}

// text is how the contract names whom a referral was sent to.
func (a Allocation) text() string {
	if a.ClinicianName == "" {
		return a.ProviderName
	}
	return a.ProviderName + " - " + a.ClinicianName
}

// Step is a move of a referral that was submitted.
type Step struct {
	URN          string
	Seq          int64 // the last step that the actor has seen; another one since is a Conflict
	Move         Move
	To           State
	ActorNum     int64
	ReasonCode   string
	TextPublic   string
	TextInternal string
	Allocate     *Allocation // opens an allocation, and closes the one that is open
	CloseAs      string      // closes the open allocation: "returned", "redirected"
	SendTo       string      // what the status says of whom it is with, or how it ended, where no allocation says it
	Data         string
}

// Append is the one door for steps after the submission. It keeps what must hold of any step: none before the
// submission or out of a stale view, at most one open allocation, and none of the states from sent on without one.
// Which move leads from where, and who may make it, its caller has asked.
func (d *Desk) Append(ctx context.Context, caller *Caller, step Step) (Event, error) {
	var made Event
	err := d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := findRow(tx, step.URN)
		if err != nil {
			return err
		}
		if r.State.Open() || r.State == StateExpired {
			return fault.New(fault.Conflict, "The referral %s is not submitted", r.URN)
		}
		if step.Seq != r.Seq {
			return fault.New(fault.Conflict, "The referral %s was changed by somebody else meanwhile; look at it again", r.URN)
		}
		made = Event{Referral: r.Num, Seq: r.Seq + 1, Move: step.Move, From: r.State, To: step.To, ActorRole: caller.Role, ActorNum: step.ActorNum,
			ActorName: caller.Name, At: tx.At, ReasonCode: step.ReasonCode, TextPublic: step.TextPublic, TextInternal: step.TextInternal, Data: step.Data}
		sendTo, err := allocate(tx, r, step, &made)
		if err != nil {
			return err
		}
		if err := sendEvent(tx, made); err != nil {
			return err
		}
		if err := tx.Send("UPDATE `referral` SET `State` = ?, `Seq` = ?, `SendToText` = ? WHERE `ReferralNum` = ?",
			store.Text(step.To), store.Int(made.Seq), store.Text(sendTo), store.Int(r.Num)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "referral", r.Num, string(step.Move))
	})
	return made, err
}

// needsAllocation are the states in which a provider has the referral.
func (s State) needsAllocation() bool {
	switch s {
	case StateSent, StateReceived, StateAccepted, StateContacted, StateBooked, StateAssessed, StateInTreatment, StateUnderReview:
		return true
	}
	return false
}

// allocate opens and closes allocations as the step wants it, and returns what the status says from then on.
func allocate(tx *record.Tx, r *row, step Step, made *Event) (sendTo string, err error) {
	var open int64
	_, err = one(tx, func(row store.Row) { open = row.Int(0) },
		"SELECT `AllocationNum` FROM `allocation` WHERE `ReferralNum` = ? AND `ClosedAs` = ''", store.Int(r.Num))
	if err != nil {
		return "", err
	}
	closeAs := step.CloseAs
	if step.Allocate != nil && closeAs == "" {
		closeAs = "replaced"
	}
	if open != 0 && closeAs != "" {
		if err := tx.Send("UPDATE `allocation` SET `ClosedAt` = ?, `ClosedAs` = ? WHERE `AllocationNum` = ?",
			store.Text(tx.At.String()), store.Text(closeAs), store.Int(open)); err != nil {
			return "", err
		}
		made.Allocation, open = open, 0
	}
	sendTo = r.SendTo
	if step.Allocate != nil {
		open, err = tx.Exec("INSERT INTO `allocation` (`ReferralNum`, `ProviderNum`, `ProviderName`, `ClinicianName`, `OpenedAt`) VALUES (?, ?, ?, ?, ?)",
			store.Int(r.Num), store.Int(step.Allocate.Provider), store.Text(step.Allocate.ProviderName), store.Text(step.Allocate.ClinicianName), store.Text(tx.At.String()))
		if err != nil {
			return "", err
		}
		sendTo = step.Allocate.text()
	}
	if open != 0 {
		made.Allocation = open
	}
	if step.SendTo != "" {
		sendTo = step.SendTo
	}
	if step.To.needsAllocation() && open == 0 {
		return "", fault.New(fault.Conflict, "The referral %s is with no provider; send it to one first", r.URN)
	}
	return sendTo, nil
}

func sendEvent(tx *record.Tx, e Event) error {
	data := store.Null
	if e.Data != "" {
		data = store.Text(e.Data)
	}
	return tx.Send("INSERT INTO `referralevent` (`ReferralNum`, `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `TextInternal`, `AllocationNum`, `Data`) "+
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Int(e.Referral), store.Int(e.Seq), store.Text(e.Move), store.Text(e.From), store.Text(e.To), store.Text(e.ActorRole), store.Int(e.ActorNum),
		store.Text(e.ActorName), store.Text(tx.At.String()), store.Text(e.ReasonCode), store.Text(e.TextPublic), store.Text(e.TextInternal), store.Int(e.Allocation), data)
}

// Events are the steps of a referral of the caller's, the first one first, without what is internal.
func (d *Desk) Events(ctx context.Context, caller *Caller, urn string) (events []Event, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		r, err := ownRow(c, caller, urn)
		if err != nil {
			return err
		}
		rows := c.Query("SELECT `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `AllocationNum` FROM `referralevent` WHERE `ReferralNum` = ? ORDER BY `Seq`",
			store.Int(r.Num))
		for rows.Next() {
			events = append(events, Event{Referral: r.Num, Seq: rows.Int(0), Move: Move(rows.Text(1)), From: State(rows.Text(2)), To: State(rows.Text(3)),
				ActorRole: Role(rows.Text(4)), ActorNum: rows.Int(5), ActorName: string(rows.Text(6)), At: dateTime(rows.Text(7)),
				ReasonCode: string(rows.Text(8)), TextPublic: string(rows.Text(9)), Allocation: rows.Int(10)})
		}
		return rows.Close()
	})
	return events, err
}
