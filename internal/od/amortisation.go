package od

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// loan is what a payment plan is computed of.
type loan struct {
	financed      dental.Money // what is left after the down payment
	apr           float64      // percent a year
	payment       dental.Money // of each charge; 0 where the number of charges is given
	number        int          // of charges; 0 where the payment is given
	frequency     dental.ChargeFrequency
	start         dental.Date
	interestStart dental.Date // charges before it bear no interest
}

// instalment is one charge of a payment plan.
type instalment struct {
	date                dental.Date
	principal, interest dental.Money
}

// mostInstalments bounds a plan: 19 years of weekly charges.
const mostInstalments = 1000

// amortise computes the charges. Interest is that of the balance for one period, rounded to the cent at
// each charge; the last charge takes what is left. A plan that is never repaid is refused.
func (l loan) amortise() ([]instalment, error) {
	rate := new(big.Rat).Quo(aprRat(l.apr), big.NewRat(100*l.frequency.PerYear(), 1))
	payment := l.payment
	if payment == 0 {
		payment = levelPayment(l.financed, rate, l.number)
	}
	var charges []instalment
	for balance := l.financed; balance > 0; {
		if len(charges) == mostInstalments {
			return nil, refuseTerms("PayAmt", "PayAmt must be higher: the plan would take more than %d payments", mostInstalments)
		}
		next := instalment{date: l.frequency.Charge(l.start, len(charges))}
		if year, _, _ := next.date.Calendar(); year > 9999 {
			return nil, refuseTerms("DatePayPlanStart", "DatePayPlanStart must be earlier: the plan would end after the year 9999")
		}
		if !next.date.Before(l.interestStart) {
			next.interest = roundToCent(new(big.Rat).Mul(big.NewRat(int64(balance), 1), rate))
		}
		next.principal = min(payment-next.interest, balance)
		isLast := len(charges) == l.number-1
		if isLast {
			next.principal = balance
		}
		if next.principal <= 0 && l.number == 0 {
			return nil, refuseTerms("PayAmt", "PayAmt must be more than %s, or it never repays the interest", next.interest)
		}
		if next.principal <= 0 {
			return nil, refuseTerms("NumberOfPayments", "NumberOfPayments must be lower: a payment would be less than a cent")
		}
		balance -= next.principal
		charges = append(charges, next)
	}
	return charges, nil
}

func refuseTerms(name, text string, args ...any) error {
	return fault.InvalidFields([]fault.Field{{Name: name, Text: fmt.Sprintf(text, args...)}})
}

// aprRat is a rate exactly as it was written: 18.9, and not the double that is nearest to it.
func aprRat(apr float64) *big.Rat {
	rate, ok := new(big.Rat).SetString(strconv.FormatFloat(apr, 'f', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return rate
}

// levelPayment is P r / (1 - (1+r)^-n), to the cent; without interest P / n.
func levelPayment(principal dental.Money, rate *big.Rat, number int) dental.Money {
	amount := big.NewRat(int64(principal), 1)
	if rate.Sign() == 0 {
		return roundToCent(amount.Quo(amount, big.NewRat(int64(number), 1)))
	}
	// Floats of 256 bits: the exact fraction would have some ten thousand digits after a thousand powers.
	const precision = 256
	r := new(big.Float).SetPrec(precision).SetRat(rate)
	grown := new(big.Float).SetPrec(precision).SetInt64(1)
	growth := new(big.Float).SetPrec(precision).Add(grown, r)
	for range number {
		grown.Mul(grown, growth)
	}
	payment := new(big.Float).SetPrec(precision).SetInt64(int64(principal))
	payment.Mul(payment, r).Mul(payment, grown)
	payment.Quo(payment, grown.Sub(grown, big.NewFloat(1)))
	exact, _ := payment.Rat(nil)
	return roundToCent(exact)
}

// roundToCent rounds a number of cents, half a cent up.
func roundToCent(cents *big.Rat) dental.Money {
	twice := new(big.Int).Mul(cents.Num(), big.NewInt(2))
	twice.Add(twice, cents.Denom())
	return dental.Money(twice.Div(twice, new(big.Int).Mul(cents.Denom(), big.NewInt(2))).Int64())
}
