package dental

// ChargeFrequency says how often a payment plan is charged.
type ChargeFrequency int8

// The frequencies.
const (
	ChargeWeekly ChargeFrequency = iota
	ChargeEveryOtherWeek
	ChargeOrdinalWeekday
	ChargeMonthly
	ChargeQuarterly
)

// Names implements Enum.
func (ChargeFrequency) Names() []string {
	return []string{"Weekly", "EveryOtherWeek", "OrdinalWeekday", "Monthly", "Quarterly"}
}

// PerYear is how many charges a year has, for the interest.
func (f ChargeFrequency) PerYear() int64 {
	switch f {
	case ChargeWeekly:
		return 52
	case ChargeEveryOtherWeek:
		return 26
	case ChargeQuarterly:
		return 4
	default:
		return 12
	}
}

// Charge is the day of a charge: the first is number 0, on the first day.
func (f ChargeFrequency) Charge(first Date, number int) Date {
	switch f {
	case ChargeWeekly:
		return first.AddDays(7 * number)
	case ChargeEveryOtherWeek:
		return first.AddDays(14 * number)
	case ChargeOrdinalWeekday:
		return first.AddMonthsByWeekday(number)
	case ChargeQuarterly:
		return first.AddMonths(3 * number)
	default:
		return first.AddMonths(number)
	}
}

// PaySchedule is the older way to say a ChargeFrequency; it is stored beside it.
type PaySchedule int8

// Names implements Enum.
func (PaySchedule) Names() []string {
	return []string{"Monthly", "MonthlyDayOfWeek", "Weekly", "BiWeekly", "Quarterly"}
}

// Schedule is the same frequency in the older way.
func (f ChargeFrequency) Schedule() PaySchedule {
	return [...]PaySchedule{ChargeWeekly: 2, ChargeEveryOtherWeek: 3, ChargeOrdinalWeekday: 1, ChargeMonthly: 0, ChargeQuarterly: 4}[f]
}

// PayPlanChargeType tells what a plan asks for from what it has taken over.
type PayPlanChargeType int8

// The types of a charge.
const (
	PayPlanDebit PayPlanChargeType = iota
	PayPlanCredit
)

// Names implements Enum.
func (PayPlanChargeType) Names() []string { return []string{"Debit", "Credit"} }

// PayPlanDebitType says which part of a charge is paid.
type PayPlanDebitType int8

// The parts of a charge.
const (
	DebitPrincipal PayPlanDebitType = 1
	DebitInterest  PayPlanDebitType = 2
)

// Names implements Enum.
func (PayPlanDebitType) Names() []string { return []string{"Unknown", "Principal", "Interest"} }

// PaymentSource says what took a payment.
type PaymentSource int8

// PaymentByAPI is a payment that came through the API.
const PaymentByAPI PaymentSource = 13

// Names implements Enum.
func (PaymentSource) Names() []string {
	return []string{"None", "XServer", "XWeb", "PayConnect", "XServerPayConnect", "XWebPortalLogin", "PaySimple", "PaySimpleACH",
		"PayConnectPortal", "PayConnectPortalLogin", "CareCredit", "EdgeExpressRCM", "EdgeExpressCNP", "API",
		"EdgeExpressPaymentPortal", "EdgeExpressPaymentPortalGuest", "PayConnectPaymentPortal",
		"PayConnectPaymentPortalGuest", "PaySimplePaymentPortal", "PaySimplePaymentPortalGuest"}
}

// ProcessStatus says how a payment is processed.
type ProcessStatus int8

// Names implements Enum.
func (ProcessStatus) Names() []string {
	return []string{"OfficeProcessed", "OnlineProcessed", "OnlinePending"}
}
