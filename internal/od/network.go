package od

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// SetNetworkSource makes a referral source stand for a practice of this installation, so that what is referred to it is
// sent there; practice 0 ends that.
func SetNetworkSource(ctx context.Context, desk Desk, source dental.ReferralNum, practice int64) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		if _, err := referrals.Get(tx, int64(source)); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM `networksource` WHERE `ReferralNum` = ?", store.Int(source)); err != nil {
			return err
		}
		if practice != 0 {
			if _, err := tx.Exec("INSERT INTO `networksource` (`ReferralNum`, `PracticeNum`) VALUES (?, ?)", store.Int(source), store.Int(practice)); err != nil {
				return err
			}
		}
		tx.Remember(networkKey{}, nil)
		return tx.Note(audit.Update, "networksource", int64(source), "PracticeNum")
	})
}

type networkKey struct{}

type networkSources map[dental.ReferralNum]int64

// networkOf are the sources that stand for practices. They are few, and remembered from write to write.
func networkOf(tx *record.Tx) (networkSources, error) {
	if known, ok := tx.Recall(networkKey{}).(networkSources); ok && known != nil {
		return known, nil
	}
	sources := make(networkSources)
	rows := tx.Query("SELECT `ReferralNum`, `PracticeNum` FROM `networksource`")
	for rows.Next() {
		sources[dental.ReferralNum(rows.Int(0))] = rows.Int(1)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	tx.Remember(networkKey{}, sources)
	return sources, nil
}

// oweReferral notes, in the commit of an outgoing attachment to a practice, that it is to be sent.
func oweReferral(tx *record.Tx, attach *RefAttach) error {
	if attach.ReferralType != dental.RefTo {
		return nil
	}
	sources, err := networkOf(tx)
	if err != nil || sources[attach.ReferralNum] == 0 {
		return err
	}
	link, err := linkOf(tx, attach.RefAttachNum)
	if err != nil || link != nil {
		return err
	}
	return tx.Send("INSERT INTO `networkreferral` (`RefAttachNum`, `IsOutgoing`, `IsOwed`) VALUES (?, 1, 1)", store.Int(attach.RefAttachNum))
}

// oweChange notes what somebody did to an attachment that the network knows.
func oweChange(tx *record.Tx, old, new *RefAttach) error {
	if new.ReferralNum != old.ReferralNum || new.ReferralType != old.ReferralType {
		if err := oweReferral(tx, new); err != nil {
			return err
		}
	}
	if new.RefToStatus == old.RefToStatus {
		return nil
	}
	link, err := linkOf(tx, new.RefAttachNum)
	if err != nil || link == nil {
		return err
	}
	return tx.Send("UPDATE `networkreferral` SET `Wish` = ?, `IsOwed` = 1 WHERE `RefAttachNum` = ?", store.Int(new.RefToStatus), store.Int(new.RefAttachNum))
}

// oweRemoval notes that an attachment is gone. One that was never sent is forgotten.
func oweRemoval(tx *record.Tx, attach *RefAttach) error {
	link, err := linkOf(tx, attach.RefAttachNum)
	switch {
	case err != nil || link == nil:
		return err
	case link.URN == "":
		return tx.Send("DELETE FROM `networkreferral` WHERE `RefAttachNum` = ?", store.Int(attach.RefAttachNum))
	}
	return tx.Send("UPDATE `networkreferral` SET `IsGone` = 1, `IsOwed` = 1 WHERE `RefAttachNum` = ?", store.Int(attach.RefAttachNum))
}

// NetworkLink is an attachment that is a referral of the network.
type NetworkLink struct {
	RefAttachNum dental.RefAttachNum
	URN          string // "" until it was sent
	IsOutgoing   bool
	AppliedSeq   int64
	Wish         dental.RefToStatus
	HasWish      bool
	IsGone       bool
	MadePatNum   dental.PatNum // the patient who was made for it; 0 where one was there
}

const linkColumns = "SELECT `RefAttachNum`, `Urn`, `IsOutgoing`, `AppliedSeq`, `Wish`, `IsGone`, `MadePatNum` FROM `networkreferral` "

func scanLink(r store.Row) *NetworkLink {
	return &NetworkLink{RefAttachNum: dental.RefAttachNum(r.Int(0)), URN: string(r.Text(1)), IsOutgoing: r.Int(2) != 0, AppliedSeq: r.Int(3),
		Wish: dental.RefToStatus(max(r.Int(4), 0)), HasWish: r.Int(4) >= 0, IsGone: r.Int(5) != 0, MadePatNum: dental.PatNum(r.Int(6))}
}

func linkOf(c store.Conn, attach dental.RefAttachNum) (link *NetworkLink, err error) {
	rows := c.Query(linkColumns+"WHERE `RefAttachNum` = ?", store.Int(attach))
	if rows.Next() {
		link = scanLink(rows)
	}
	return link, rows.Close()
}

func linkByURN(c store.Conn, urn string, isOutgoing bool) (link *NetworkLink, err error) {
	rows := c.Query(linkColumns+"WHERE `Urn` = ? AND `IsOutgoing` = ?", store.Text(urn), store.Bool(isOutgoing))
	if rows.Next() {
		link = scanLink(rows)
	}
	return link, rows.Close()
}

// OwedReferral is what the network has not taken yet.
type OwedReferral struct {
	NetworkLink
	Practice int64 // the one that the source stands for; 0 when it no longer does
	RefDate  dental.Date
	Note     string
	For      string   // what the patient is referred for, in a line, as far as the chart says it
	Patient  *Patient // nil when the attachment is gone
	Provider string   // the referring provider's name
	// NextVisit is the patient's next scheduled appointment, none where there is none.
	NextVisit dental.DateTime
}

// owedAtOnce bounds what is read at a time.
const owedAtOnce = 100

// OwedReferrals reads what the network has not taken yet, the oldest first.
func OwedReferrals(c store.Conn, now dental.DateTime) (owed []OwedReferral, err error) {
	rows := c.Query(linkColumns+"WHERE `IsOwed` = 1 ORDER BY `RefAttachNum` LIMIT ?", store.Int(owedAtOnce))
	for rows.Next() {
		owed = append(owed, OwedReferral{NetworkLink: *scanLink(rows)})
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	for i := range owed {
		if err := owed[i].fill(c, now); err != nil {
			return nil, err
		}
	}
	return owed, nil
}

func (o *OwedReferral) fill(c store.Conn, now dental.DateTime) error {
	attach, err := refAttaches.Get(c, int64(o.RefAttachNum))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	o.RefDate, o.Note = attach.RefDate, attach.Note
	if o.For, err = referredFor(c, attach); err != nil {
		return err
	}
	if o.Patient, err = patients.Get(c, int64(attach.PatNum)); err != nil {
		return err
	}
	prov := attach.ProvNum
	if prov == 0 {
		prov = o.Patient.PriProv
	}
	if provider, err := providers.Get(c, int64(prov)); err == nil {
		o.Provider = fullName(provider.FName, provider.LName)
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	rows := c.Query("SELECT `PracticeNum` FROM `networksource` WHERE `ReferralNum` = ?", store.Int(attach.ReferralNum))
	if rows.Next() {
		o.Practice = rows.Int(0)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	rows = c.Query("SELECT MIN(`AptDateTime`) FROM `appointment` WHERE `PatNum` = ? AND `AptStatus` = ? AND `AptDateTime` > ?",
		store.Int(attach.PatNum), store.Int(dental.AptScheduled), store.Text(now.String()))
	if rows.Next() && !rows.Null(0) {
		o.NextVisit, _ = dental.ParseDateTime(string(rows.Text(0)))
	}
	return rows.Close()
}

// longestFor is how long a line is that says what somebody is referred for, in characters.
const longestFor = 120

// referredFor is what a chart says that somebody is referred for: the procedure that the attachment names, else how its note begins, else
// what the source is a specialist of; "" where it says none of them.
func referredFor(c store.Conn, attach *RefAttach) (what string, err error) {
	for _, one := range []struct {
		sql string
		key int64
	}{
		{"SELECT c.`Descript` FROM `procedurelog` AS p JOIN `procedurecode` AS c ON c.`CodeNum` = p.`CodeNum` WHERE p.`ProcNum` = ?", int64(attach.ProcNum)},
		{"SELECT `Note` FROM `refattach` WHERE `RefAttachNum` = ?", int64(attach.RefAttachNum)},
		{"SELECT d.`ItemName` FROM `referral` AS r JOIN `definition` AS d ON d.`DefNum` = r.`Specialty` WHERE r.`ReferralNum` = ?", int64(attach.ReferralNum)},
	} {
		if what != "" || one.key == 0 {
			continue
		}
		rows := c.Query(one.sql, store.Int(one.key))
		if rows.Next() {
			what = firstLine(string(rows.Text(0)), longestFor)
		}
		if err := rows.Close(); err != nil {
			return "", err
		}
	}
	return what, nil
}

// firstLine is the first line of a text that says something, cut between words where it is longer.
func firstLine(text string, most int) string {
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		runes := []rune(strings.Join(words, " "))
		if len(runes) <= most {
			return string(runes)
		}
		cut := string(runes[:most-1])
		if at := strings.LastIndex(cut, " "); at > 0 && runes[most-1] != ' ' {
			cut = cut[:at]
		}
		return strings.TrimRight(cut, " ,;:.-") + "…"
	}
	return ""
}

func fullName(first, last string) string {
	if first == "" {
		return last
	}
	return first + " " + last
}

// NoteTaken notes that the network has taken what was owed: the referral has a URN, and the wish that was read is
// answered. Something that was done meanwhile stays owed.
func NoteTaken(ctx context.Context, desk Desk, owed OwedReferral, urn string) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		now, err := linkOf(tx, owed.RefAttachNum)
		if err != nil || now == nil {
			return err
		}
		if now.IsGone {
			return tx.Send("DELETE FROM `networkreferral` WHERE `RefAttachNum` = ? AND `IsGone` = ?", store.Int(owed.RefAttachNum), store.Bool(owed.IsGone))
		}
		if now.HasWish != owed.HasWish || now.Wish != owed.Wish {
			return tx.Send("UPDATE `networkreferral` SET `Urn` = ? WHERE `RefAttachNum` = ?", store.Text(urn), store.Int(owed.RefAttachNum))
		}
		return tx.Send("UPDATE `networkreferral` SET `Urn` = ?, `Wish` = -1, `IsOwed` = 0 WHERE `RefAttachNum` = ?", store.Text(urn), store.Int(owed.RefAttachNum))
	})
}
