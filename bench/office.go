//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// How busy the practice is: ten providers with a chair each, eight visits a working day, and one patient
// with a long chart.
const (
	providerCount    = 10
	firstProvider    = 101
	visitsADay       = 8
	appointmentCount = 20_000
	officeDays       = appointmentCount / providerCount / visitsADay
	longChart        = 1000 // procedures of patient 1
	shortChart       = 10   // of each other patient
	checkUp          = 1    // CodeNum
	firstVisit       = 8 * 60 * 60
)

// workingDay is the n-th day from tomorrow on that is no weekend.
func workingDay(today dental.Date, n int) dental.Date {
	day := today
	for range n + 1 {
		for day = day.AddDays(1); day.Weekday() == time.Saturday || day.Weekday() == time.Sunday; {
			day = day.AddDays(1)
		}
	}
	return day
}

// fillOffice adds the appointment book and the charts, a day and a patient's chart at a time: the server
// is to be measured, and not what is left of its filling.
func fillOffice(ctx context.Context, book *record.Book) error {
	today := dental.DateTimeOf(book.Clock()).Date()
	if err := book.Write(ctx, audit.Operator, fillChairs); err != nil {
		return err
	}
	for n := range officeDays {
		day := workingDay(today, n)
		if err := book.Write(ctx, audit.Operator, func(tx *record.Tx) error { return fillDay(tx, day, n) }); err != nil {
			return err
		}
	}
	const atOnce = 100
	for first := 1; first <= patientCount; first += atOnce {
		err := book.Write(ctx, audit.Operator, func(tx *record.Tx) error {
			var rows []*od.Procedurelog
			for patient := first; patient < first+atOnce; patient++ {
				rows = append(rows, chart(patient, today)...)
			}
			return record.Import(tx, od.Procedurelogs.Table, rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fillChairs adds the providers and a chair for each.
func fillChairs(tx *record.Tx) error {
	var providers []*od.Provider
	var chairs []*od.Operatory
	for n := range providerCount {
		number := dental.ProvNum(firstProvider + n)
		providers = append(providers, &od.Provider{
			ProvNum: number, Abbr: fmt.Sprintf("P%02d", n+1), LName: pick(lastNames, n), FName: pick(firstNames, n), DateTStamp: tx.At,
		})
		chairs = append(chairs, &od.Operatory{
			OperatoryNum: dental.OperatoryNum(n + 1), OpName: fmt.Sprintf("Chair %d", n+1), Abbrev: fmt.Sprint(n + 1),
			ItemOrder: n, ProvDentist: number, DateTStamp: tx.At,
		})
	}
	if err := record.Import(tx, od.Providers.Table, providers); err != nil {
		return err
	}
	if err := record.Import(tx, od.Operatories.Table, chairs); err != nil {
		return err
	}
	return tx.Send("INSERT INTO `procedurecode` (`CodeNum`, `ProcCode`, `Descript`, `AbbrDesc`, `TreatArea`) VALUES (?, 'D0120', 'Check-up', 'Exam', 3)",
		store.Int(checkUp))
}

// fillDay opens the practice from eight to five, and books each provider's day with gaps between visits.
func fillDay(tx *record.Tx, day dental.Date, n int) error {
	var visits []*od.Appointment
	for provider := range providerCount {
		number := dental.ProvNum(firstProvider + provider)
		schedule := int64(n*providerCount + provider + 1)
		err := tx.Send("INSERT INTO `schedule` (`ScheduleNum`, `SchedDate`, `StartTime`, `StopTime`, `SchedType`, `ProvNum`) VALUES (?, ?, '08:00:00', '17:00:00', 1, ?)",
			store.Int(schedule), store.Text(day.String()), store.Int(number))
		if err != nil {
			return err
		}
		err = tx.Send("INSERT INTO `scheduleop` (`ScheduleNum`, `OperatoryNum`) VALUES (?, ?)", store.Int(schedule), store.Int(provider+1))
		if err != nil {
			return err
		}
		for visit := range visitsADay {
			patient := (n*providerCount*visitsADay + provider*visitsADay + visit) % patientCount
			minutes := 5 * ((n + visit + provider) % 4)
			visits = append(visits, &od.Appointment{
				PatNum: dental.PatNum(patient + 1), AptStatus: dental.AptScheduled, Pattern: "//XXXX///"[:6+(visit+n)%4], Confirmed: newConfirmation,
				ProvNum: number, Op: dental.OperatoryNum(provider + 1), AptDateTime: day.At(firstVisit + visit*60*60 + minutes*60),
				ProcDescript: "Exam, BWX, Prophy", Note: "Prefers the morning.", DateTStamp: tx.At, SecDateTEntry: tx.At,
			})
		}
	}
	return record.Import(tx, od.Appointments.Table, visits)
}

// newConfirmation is the stock definition of an appointment that nobody has confirmed yet.
const newConfirmation = 19

// chart is what was done for a patient so far.
func chart(patient int, today dental.Date) []*od.Procedurelog {
	length := shortChart
	if patient == 1 {
		length = longChart
	}
	rows := make([]*od.Procedurelog, length)
	for i := range rows {
		day := today.AddDays(-i)
		rows[i] = &od.Procedurelog{
			PatNum: dental.PatNum(patient), ProcDate: day, ProcFee: dental.Money(45_00 + i%20*5_00), ProcStatus: dental.ProcComplete,
			ProvNum: dental.ProvNum(firstProvider + i%providerCount), CodeNum: checkUp, UnitQty: 1, DateEntryC: day, DateTP: day,
			DateComplete: day, DateTStamp: day.At(firstVisit), SecDateEntry: day.At(firstVisit),
		}
	}
	return rows
}
