package od

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

func mustDate(t *testing.T, text string) dental.Date {
	t.Helper()
	date, err := dental.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

func TestAPlanIsRepaidToTheCentInEveryTerms(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		terms := loan{
			financed: dental.Money(1 + random.IntN(2_000_000)), apr: float64(random.IntN(300)) / 10,
			frequency: dental.ChargeFrequency(random.IntN(5)), start: mustDate(t, "2021-01-31").AddDays(random.IntN(1000)),
			interestStart: mustDate(t, "2021-01-01").AddDays(random.IntN(1500)),
		}
		if random.IntN(2) == 0 {
			terms.number = 1 + random.IntN(80)
		} else {
			terms.payment = terms.financed/40 + 1
		}
		charges, err := terms.amortise()
		if err != nil {
			if terms.number == 0 && !strings.Contains(err.Error(), "PayAmt") || terms.number > 0 && !strings.Contains(err.Error(), "NumberOfPayments") {
				t.Errorf("%+v is refused: %v", terms, err)
			}
			continue
		}
		left := terms.financed
		for i, charge := range charges {
			if charge.principal <= 0 || charge.interest < 0 {
				t.Errorf("%+v: charge %d is %+v", terms, i, charge)
			}
			if i > 0 && !charges[i-1].date.Before(charge.date) {
				t.Errorf("%+v: charge %d on %s is not after the one before", terms, i, charge.date)
			}
			if charge.date.Before(terms.interestStart) && charge.interest != 0 {
				t.Errorf("%+v: interest on %s", terms, charge.date)
			}
			if i < len(charges)-1 && terms.payment > 0 && charge.principal+charge.interest != terms.payment {
				t.Errorf("%+v: charge %d is %s", terms, i, charge.principal+charge.interest)
			}
			left -= charge.principal
		}
		if left != 0 || terms.number > 0 && len(charges) > terms.number {
			t.Errorf("%+v leaves %s after %d charges", terms, left, len(charges))
		}
	}
}

func TestAPaymentThatOnlyPaysTheInterestIsRefused(t *testing.T) {
	terms := loan{financed: 100_000, apr: 12, payment: 1000, frequency: dental.ChargeMonthly, start: mustDate(t, "2021-01-01")}
	if _, err := terms.amortise(); err == nil || !strings.Contains(err.Error(), "PayAmt must be more than 10.00, or it never repays the interest") {
		t.Errorf("10.00 a month for 1000.00 at 12 percent: %v", err)
	}
	terms.payment = 1001
	if charges, err := terms.amortise(); err != nil || len(charges) < 600 {
		t.Errorf("a cent more takes %d charges: %v", len(charges), err)
	}
	terms.apr, terms.payment = 0, 99
	if _, err := terms.amortise(); err == nil || !strings.Contains(err.Error(), "more than 1000 payments") {
		t.Errorf("0.99 a month: %v", err)
	}
}
