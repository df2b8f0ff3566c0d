package sandbox_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/apitest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// counts are how many rows there are, where that is promised. Their keys have no gaps.
var counts = map[string]string{
	"patient PatNum":             "1|2000|2000",
	"referral ReferralNum":       "1|340|340",
	"refattach RefAttachNum":     "1|3000|3000",
	"clinic ClinicNum":           "1|3|3",
	"provider ProvNum":           "1|13|13",
	"employer EmployerNum":       "1|24|24",
	"site SiteNum":               "1|6|6",
	"procedurecode CodeNum":      "1|33|33",
	"providercliniclink ProvNum": "3|13|11",
}

// The patients whom the documents print; what the documents say of them is not ours to rule.
const drawnPatient = "p.`PatNum` NOT IN (1, 2, 15, 16, 435)"

// ofAge is the last birthdate of those who are of age.
const ofAge = "'2008-11-01'"

// never are statements that find what must not be there; each selects the key of the row at fault.
var never = []struct{ name, sql string }{
	// families
	{"a guarantor with another guarantor", "SELECT g.`PatNum` FROM `patient` g JOIN `patient` p ON p.`Guarantor` = g.`PatNum` WHERE g.`Guarantor` <> g.`PatNum`"},
	{"a minor without a guarantor of age", "SELECT p.`PatNum` FROM `patient` p JOIN `patient` g ON g.`PatNum` = p.`Guarantor`" +
		" WHERE p.`Birthdate` > " + ofAge + " AND (g.`PatNum` = p.`PatNum` OR g.`Birthdate` > " + ofAge + ")"},
	{"a child that is of age, or a minor that is no child", "SELECT `PatNum` FROM `patient` WHERE (`Position` = 2) <> (`Birthdate` > " + ofAge + ")"},
	{"a child less than 18 years younger than the guarantor", "SELECT p.`PatNum` FROM `patient` p JOIN `patient` g ON g.`PatNum` = p.`Guarantor`" +
		" WHERE p.`Position` = 2 AND substr(p.`Birthdate`, 1, 4) - substr(g.`Birthdate`, 1, 4) < 18"},
	{"a marriage of other than two, of whom one may be widowed", "SELECT `Guarantor` FROM `patient` WHERE `Position` IN (1, 3) GROUP BY `Guarantor`" +
		" HAVING MIN(`Position`) = 1 AND COUNT(*) <> 2"},
	{"a couple of whom one is deceased and the other not widowed", "SELECT a.`PatNum` FROM `patient` a JOIN `patient` b ON b.`Guarantor` = a.`Guarantor`" +
		" AND b.`Position` = 1 AND b.`PatStatus` = 5 WHERE a.`Position` = 1 AND a.`PatStatus` <> 5"},
	{"a deceased guarantor with a living family", "SELECT p.`PatNum` FROM `patient` p JOIN `patient` g ON g.`PatNum` = p.`Guarantor`" +
		" WHERE g.`PatStatus` = 5 AND p.`PatStatus` <> 5"},
	{"a couple more than ten years apart", "SELECT a.`PatNum` FROM `patient` a JOIN `patient` b ON b.`Guarantor` = a.`Guarantor` AND b.`Position` = 1" +
		" WHERE a.`Position` = 1 AND substr(a.`Birthdate`, 1, 4) - substr(b.`Birthdate`, 1, 4) > 10"},
	{"a family of two addresses", "SELECT p.`PatNum` FROM `patient` p JOIN `patient` g ON g.`PatNum` = p.`Guarantor`" +
		" WHERE p.`Address` <> g.`Address` OR p.`City` <> g.`City` OR p.`Zip` <> g.`Zip` OR p.`HmPhone` <> g.`HmPhone` OR p.`ClinicNum` <> g.`ClinicNum`"},
	{"a child of another name than the guarantor", "SELECT p.`PatNum` FROM `patient` p JOIN `patient` g ON g.`PatNum` = p.`Guarantor`" +
		" WHERE p.`LName` <> g.`LName` AND p.`Position` <> 1"},
	{"a super family under somebody who is no guarantor", "SELECT p.`PatNum` FROM `patient` p JOIN `patient` s ON s.`PatNum` = p.`SuperFamily`" +
		" WHERE s.`Guarantor` <> s.`PatNum` OR s.`SuperFamily` <> s.`PatNum`"},
	{"a financial note at somebody who does not pay", "SELECT `PatNum` FROM `patient` WHERE `FamFinUrgNote` <> '' AND `Guarantor` <> `PatNum`"},
	{"a deleted patient with a family", "SELECT `PatNum` FROM `patient` WHERE `PatStatus` = 4 AND `Guarantor` <> `PatNum`" +
		" UNION SELECT p.`PatNum` FROM `patient` p JOIN `patient` g ON g.`PatNum` = p.`Guarantor` WHERE g.`PatStatus` = 4 AND p.`PatNum` <> g.`PatNum`"},

	// people
	{"a name that an example searches for", "SELECT `PatNum` FROM `patient` WHERE `LNameFold` LIKE '%smi%' AND `PatNum` NOT IN (1, 15, 16) OR `LNameFold` LIKE '%zzz%'"},
	{"an e-mail address that may be somebody's", "SELECT p.`PatNum` FROM `patient` p WHERE " + drawnPatient +
		" AND p.`Email` <> '' AND p.`Email` NOT LIKE '%@example.com' AND p.`Email` NOT LIKE '%@example.org'"},
	{"a folder of another name", "SELECT `PatNum` FROM `patient` WHERE `ImageFolder` <> CONCAT(`LName`, `FName`, `PatNum`)"},
	{"somebody entered before birth or before the practice opened", "SELECT `PatNum` FROM `patient` WHERE `SecDateEntry` < `Birthdate` OR `SecDateEntry` < '2019-01-07'"},
	{"a first visit before the entry", "SELECT `PatNum` FROM `patient` WHERE `DateFirstVisit` <> '0001-01-01' AND `DateFirstVisit` < `SecDateEntry`"},
	{"a first visit of somebody who never came", "SELECT `PatNum` FROM `patient` WHERE `DateFirstVisit` <> '0001-01-01' AND `PatStatus` IN (1, 6)"},
	{"a stamp before the entry or the first visit", "SELECT `PatNum` FROM `patient` WHERE `DateTStamp` < `SecDateEntry` OR `DateTStamp` < `DateFirstVisit`"},
	{"a stamp after the sample's day", "SELECT `PatNum` FROM `patient` WHERE `DateTStamp` > '2026-11-01 23:59:59' UNION" +
		" SELECT `ReferralNum` FROM `referral` WHERE `DateTStamp` > '2026-11-01 23:59:59' UNION" +
		" SELECT `RefAttachNum` FROM `refattach` WHERE `DateTStamp` > '2026-11-01 23:59:59' UNION" +
		" SELECT `ProcNum` FROM `procedurelog` WHERE `DateTStamp` > '2026-11-01 23:59:59' UNION" +
		" SELECT `InsSubNum` FROM `inssub` WHERE `SecDateTEdit` > '2026-11-01 23:59:59' UNION" +
		" SELECT `StatementNum` FROM `statement` WHERE `DateTStamp` > '2026-11-01 23:59:59' UNION" +
		" SELECT `ProvNum` FROM `provider` WHERE `DateTStamp` > '2026-11-01 23:59:59'"},
	{"a primary provider who does not take the clinic's patients", notIn("PriProv")},
	{"a hygienist who does not take the clinic's patients", notIn("SecProv")},
	{"a primary provider who is hidden, or a hygienist", "SELECT p.`PatNum` FROM `patient` p JOIN `provider` d ON d.`ProvNum` = p.`PriProv` WHERE d.`IsHidden` = 1 OR d.`Specialty` = 264"},
	{"a hygienist who is none", "SELECT p.`PatNum` FROM `patient` p JOIN `provider` d ON d.`ProvNum` = p.`SecProv` WHERE d.`Specialty` <> 264"},
	{"a patient of the examples who does not live", "SELECT `PatNum` FROM `patient` WHERE `PatNum` IN (1, 2, 15, 16, 25, 50, 435, 972) AND `PatStatus` <> 0"},

	// referral sources
	{"a source of no kind, or of two", "SELECT `ReferralNum` FROM `referral` WHERE (`PatNum` <> 0) + `IsDoctor` + `NotPerson` <> 1"},
	{"a specialty of another category", "SELECT r.`ReferralNum` FROM `referral` r JOIN `definition` d ON d.`DefNum` = r.`Specialty` WHERE d.`Category` <> 35"},
	{"a patient who is two sources", "SELECT `PatNum` FROM `referral` WHERE `PatNum` <> 0 GROUP BY `PatNum` HAVING COUNT(*) > 1"},
	{"a source that is not as its patient is", "SELECT r.`ReferralNum` FROM `referral` r JOIN `patient` p ON p.`PatNum` = r.`PatNum`" +
		" WHERE r.`LName` <> p.`LName` OR r.`FName` <> p.`FName` OR r.`MName` <> p.`MiddleI` OR r.`SSN` <> p.`SSN` OR r.`Address` <> p.`Address`" +
		" OR r.`Address2` <> p.`Address2` OR r.`City` <> p.`City` OR r.`ST` <> p.`State` OR r.`Zip` <> p.`Zip` OR r.`Telephone` <> p.`HmPhoneDigits`" +
		" OR r.`EMail` <> p.`Email` OR r.`Phone2` <> p.`WirelessPhone` OR r.`Title` <> p.`Title`"},
	{"a source of a name that an example creates", "SELECT `ReferralNum` FROM `referral` WHERE `LNameFold` IN ('google', 'yellow pages')" +
		" OR `LNameFold` = 'smith' AND `FName` = 'John'"},
	{"two sources called Bokish", "SELECT `ReferralNum` FROM `referral` WHERE `LNameFold` LIKE '%bokish%' AND `ReferralNum` <> 17"},
	{"two things of one name", "SELECT MIN(`ReferralNum`) FROM `referral` WHERE `NotPerson` = 1 GROUP BY `LNameFold` HAVING COUNT(*) > 1"},
	{"a clinician who may be somebody", "SELECT `ReferralNum` FROM `referral` WHERE `IsDoctor` = 1 AND `ReferralNum` NOT IN (1, 17, 325)" +
		" AND (substr(`Telephone`, 4, 5) <> '55501' OR length(`Telephone`) <> 10 OR `EMail` <> '' AND `EMail` NOT LIKE '%@example.com'" +
		" OR `SSN` <> '' AND substr(`SSN`, 1, 1) <> '9' AND substr(`SSN`, 1, 3) <> '000')"},

	// refattaches
	{"two rows of the same patient, source and type", "SELECT MIN(`RefAttachNum`) FROM `refattach` GROUP BY `PatNum`, `ReferralNum`, `RefType` HAVING COUNT(*) > 1"},
	{"a gap or a tie in a patient's order", "SELECT `PatNum` FROM `refattach` GROUP BY `PatNum`" +
		" HAVING MIN(`ItemOrder`) <> 0 OR MAX(`ItemOrder`) <> COUNT(*) - 1 OR COUNT(DISTINCT `ItemOrder`) <> COUNT(*)"},
	{"a provider on what is not outgoing", "SELECT `RefAttachNum` FROM `refattach` WHERE `ProvNum` <> 0 AND `RefType` <> 0"},
	{"a status on a source", "SELECT `RefAttachNum` FROM `refattach` WHERE `RefToStatus` <> 0 AND `RefType` = 1"},
	{"a completion that is none, or not after the referral", "SELECT `RefAttachNum` FROM `refattach`" +
		" WHERE `DateProcComplete` <> '0001-01-01' AND (`RefToStatus` <> 5 OR `DateProcComplete` <= `RefDate` OR `DateProcComplete` > '2026-11-01')"},
	{"a stamp before the referral or its completion", "SELECT `RefAttachNum` FROM `refattach` WHERE `DateTStamp` < `RefDate` OR `DateTStamp` < `DateProcComplete`"},
	{"a referral outside the five years", "SELECT `RefAttachNum` FROM `refattach` WHERE `RefDate` < '2021-11-01' OR `RefDate` > '2026-11-01'"},
	{"a referral before the patient was entered", "SELECT a.`RefAttachNum` FROM `refattach` a JOIN `patient` p ON p.`PatNum` = a.`PatNum` WHERE a.`RefDate` < p.`SecDateEntry`"},
	{"a referral of a deleted patient, or of one who only pays", "SELECT a.`RefAttachNum` FROM `refattach` a JOIN `patient` p ON p.`PatNum` = a.`PatNum` WHERE p.`PatStatus` IN (1, 4)"},
	{"a patient who is the own source", "SELECT a.`RefAttachNum` FROM `refattach` a JOIN `referral` r ON r.`ReferralNum` = a.`ReferralNum` WHERE r.`PatNum` = a.`PatNum`"},
	{"a patient as source before being entered", "SELECT a.`RefAttachNum` FROM `refattach` a JOIN `referral` r ON r.`ReferralNum` = a.`ReferralNum`" +
		" JOIN `patient` p ON p.`PatNum` = r.`PatNum` WHERE a.`RefDate` < p.`SecDateEntry`"},
	{"a patient sent to somebody who is no clinician", "SELECT a.`RefAttachNum` FROM `refattach` a JOIN `referral` r ON r.`ReferralNum` = a.`ReferralNum`" +
		" WHERE a.`RefType` = 0 AND r.`IsDoctor` = 0"},
	{"a procedure of another patient", "SELECT a.`RefAttachNum` FROM `refattach` a JOIN `procedurelog` l ON l.`ProcNum` = a.`ProcNum` WHERE l.`PatNum` <> a.`PatNum`"},
	{"a procedure that the examples must find free", "SELECT `RefAttachNum` FROM `refattach`" +
		" WHERE `PatNum` = 972 AND `ReferralNum` = 17 OR `PatNum` = 50 AND `ReferralNum` = 2"},

	// procedures
	{"a procedure before the first visit, or one after the sample's day that has no visit to come", "SELECT l.`ProcNum` FROM `procedurelog` l" +
		" JOIN `patient` p ON p.`PatNum` = l.`PatNum` WHERE l.`ProcDate` < p.`DateFirstVisit` OR p.`DateFirstVisit` = '0001-01-01'" +
		" OR l.`ProcDate` > '2026-11-01' AND NOT EXISTS (SELECT 1 FROM `appointment` a WHERE a.`AptNum` = l.`AptNum` AND a.`AptStatus` = 1)"},
	{"a procedure without a visit by or at another than the patient's", "SELECT l.`ProcNum` FROM `procedurelog` l JOIN `patient` p ON p.`PatNum` = l.`PatNum`" +
		" WHERE l.`AptNum` = 0 AND (l.`ClinicNum` <> p.`ClinicNum` OR l.`ProvNum` NOT IN (p.`PriProv`, p.`SecProv`))"},
	{"an operatory of another clinic than the appointment's", "SELECT a.`AptNum` FROM `appointment` a JOIN `operatory` o ON o.`OperatoryNum` = a.`Op` WHERE o.`ClinicNum` <> a.`ClinicNum` OR o.`IsHidden` = 1"},
	{"an appointment that is complete and to come, or scheduled and over", "SELECT `AptNum` FROM `appointment` WHERE `AptStatus` = 2 AND `AptDateTime` > '2026-11-01' OR `AptStatus` = 1 AND `AptDateTime` < '2026-11-02'"},
	{"an appointment of somebody who was deleted", "SELECT a.`AptNum` FROM `appointment` a JOIN `patient` p ON p.`PatNum` = a.`PatNum` WHERE p.`PatStatus` = 4"},
	{"a time that is none", "SELECT `AptNum` FROM `appointment` WHERE (`AptStatus` = 6) <> (`AptDateTime` = '0001-01-01 00:00:00') OR (`AptStatus` IN (3, 6)) <> (`Op` = 0)"},
	{"an appointment that was made after it was", "SELECT `AptNum` FROM `appointment` WHERE `AptStatus` <> 6 AND `SecDateTEntry` >= `AptDateTime` OR `DateTStamp` < `SecDateTEntry` OR `SecDateTEntry` > '2026-11-01 23:59:59'"},
	{"a completion of what is not complete", "SELECT `ProcNum` FROM `procedurelog` WHERE (`ProcStatus` = 2) <> (`DateComplete` = `ProcDate`)"},
	{"a milk tooth of a grown-up", "SELECT l.`ProcNum` FROM `procedurelog` l JOIN `patient` p ON p.`PatNum` = l.`PatNum`" +
		" WHERE l.`ToothNum` >= 'A' AND substr(l.`ProcDate`, 1, 4) - substr(p.`Birthdate`, 1, 4) > 11"},

	// insurance
	{"a subscriber who is not covered", "SELECT s.`InsSubNum` FROM `inssub` s WHERE s.`InsSubNum` <> 82 AND NOT EXISTS" +
		" (SELECT 1 FROM `patplan` c WHERE c.`InsSubNum` = s.`InsSubNum` AND c.`PatNum` = s.`Subscriber` AND c.`Relationship` = 0)"},
	{"a gap in a patient's insurances", "SELECT `PatNum` FROM `patplan` GROUP BY `PatNum` HAVING MIN(`Ordinal`) <> 1 OR MAX(`Ordinal`) <> COUNT(*)"},
	{"an insurance of another family", "SELECT c.`PatPlanNum` FROM `patplan` c JOIN `inssub` s ON s.`InsSubNum` = c.`InsSubNum`" +
		" JOIN `patient` a ON a.`PatNum` = c.`PatNum` JOIN `patient` b ON b.`PatNum` = s.`Subscriber` WHERE a.`Guarantor` <> b.`Guarantor`"},
	{"a statement to somebody who does not pay", "SELECT s.`StatementNum` FROM `statement` s JOIN `patient` p ON p.`PatNum` = s.`PatNum` WHERE p.`Guarantor` <> p.`PatNum`"},
}

// shapes are texts that, where there are any, look like the pattern. The engines have no common
// word for that.
var shapes = []struct{ name, sql, pattern string }{
	{"a home number that may be somebody's", "SELECT p.`HmPhone` FROM `patient` p WHERE " + drawnPatient, fiction},
	{"a work number that may be somebody's", "SELECT p.`WkPhone` FROM `patient` p WHERE " + drawnPatient, fiction},
	{"a wireless number that may be somebody's", "SELECT p.`WirelessPhone` FROM `patient` p WHERE " + drawnPatient, fiction},
	{"a social security number that may be issued", "SELECT p.`SSN` FROM `patient` p WHERE " + drawnPatient, `^(9\d{8}|000\d{6})$`},
	{"a tooth that is none", "SELECT `ToothNum` FROM `procedurelog`", `^([A-T]|[1-9]|[12]\d|3[0-2])$`},
}

const fiction = `^\(\d{3}\) 555-01\d\d$`

func notIn(column string) string {
	return "SELECT p.`PatNum` FROM `patient` p WHERE EXISTS (SELECT 1 FROM `providercliniclink` l WHERE l.`ProvNum` = p.`" + column + "`)" +
		" AND NOT EXISTS (SELECT 1 FROM `providercliniclink` l WHERE l.`ProvNum` = p.`" + column + "` AND l.`ClinicNum` = p.`ClinicNum`)"
}

// atLeast are statements that count what must be there so often.
var atLeast = []struct {
	least int
	sql   string
}{
	{1500, "SELECT COUNT(*) FROM `procedurelog`"},
	{300, "SELECT COUNT(*) FROM `inssub`"},
	{500, "SELECT COUNT(*) FROM `patplan`"},
	{100, "SELECT COUNT(*) FROM `statement`"},
	{10, "SELECT COUNT(*) FROM `statement` WHERE `IsInvoice` = 1"},
	{1800, "SELECT COUNT(*) FROM `patient` WHERE `BillingType` = 40"},
	{1200, "SELECT COUNT(DISTINCT `PatNum`) FROM `refattach` WHERE `RefType` = 1"},
	{20, "SELECT COUNT(*) FROM `patient` WHERE `Position` = 3"},
	{10, "SELECT COUNT(*) FROM `patient` WHERE `SiteNum` <> 0"},
	{300, "SELECT COUNT(*) FROM `patient` WHERE `EmployerNum` <> 0"},
	{30, "SELECT COUNT(*) FROM `patient` WHERE `SuperFamily` <> 0"},
	{50, "SELECT COUNT(*) FROM `patient` WHERE `ClinicNum` = 0"},
	{80, "SELECT COUNT(*) FROM `referral` WHERE `PatNum` <> 0"},
	{100, "SELECT COUNT(*) FROM `referral` WHERE `IsDoctor` = 1"},
	{30, "SELECT COUNT(*) FROM `referral` WHERE `NotPerson` = 1"},
	{3, "SELECT COUNT(*) FROM `referral` WHERE `IsHidden` = 1"},
	{200, "SELECT COUNT(*) FROM `refattach` WHERE `ProcNum` <> 0"},
	{100, "SELECT COUNT(*) FROM `refattach` WHERE `IsTransitionOfCare` = 1"},
	{300, "SELECT COUNT(*) FROM `refattach` WHERE `Note` <> ''"},
	{7, "SELECT COUNT(DISTINCT `PatStatus`) FROM `patient`"},
	{4, "SELECT COUNT(DISTINCT `Gender`) FROM `patient`"},
	{2, "SELECT COUNT(*) FROM `patient` WHERE `PatStatus` = 4"},
	{10, "SELECT COUNT(*) FROM `patient` WHERE `PatStatus` IN (1, 2, 3, 5, 6) GROUP BY `PatStatus` ORDER BY COUNT(*) LIMIT 1"},
	{3, "SELECT COUNT(DISTINCT `RefType`) FROM `refattach`"},
	{6, "SELECT COUNT(DISTINCT `RefToStatus`) FROM `refattach` WHERE `RefType` = 0"},
	{5, "SELECT COUNT(DISTINCT `Specialty`) FROM `provider`"},
	{1, "SELECT COUNT(*) FROM `provider` WHERE `IsHidden` = 1"},
	{7, "SELECT COUNT(DISTINCT `AptStatus`) FROM `appointment`"},
	{300, "SELECT COUNT(*) FROM `appointment` WHERE `AptStatus` = 1"},
	{20, "SELECT COUNT(*) FROM `appointment` WHERE `Priority` = 1"},
	{15, "SELECT COUNT(*) FROM `appointment` WHERE `NextAptNum` <> 0"},
	{6, "SELECT COUNT(DISTINCT `ClaimStatus`) FROM `claim`"},
	{3, "SELECT COUNT(DISTINCT `ClaimType`) FROM `claim`"},
	{10, "SELECT COUNT(*) FROM `payplan`"},
	{3, "SELECT COUNT(*) FROM `payplan` WHERE `IsClosed` = 0"},
	{100, "SELECT COUNT(*) FROM `patient` WHERE `BalTotal` > 0"},
	{1, "SELECT COUNT(*) FROM `patient` WHERE `BalTotal` < 0"},
	{3, "SELECT COUNT(*) FROM `paysplit` WHERE `UnearnedType` = 283"},
	{100, "SELECT COUNT(*) FROM `allergy`"},
	{100, "SELECT COUNT(*) FROM `disease`"},
	{100, "SELECT COUNT(*) FROM `medicationpat`"},
	{200, "SELECT COUNT(*) FROM `commlog`"},
	{500, "SELECT COUNT(*) FROM `recall`"},
	{20, "SELECT COUNT(*) FROM `recall` WHERE `DateScheduled` > '2026-11-01'"},
	{10, "SELECT COUNT(*) FROM `discountplansub`"},
	{500, "SELECT COUNT(*) FROM `schedule`"},
	{2, "SELECT COUNT(*) FROM `schedule` WHERE `Status` = 2"},
	{50, "SELECT COUNT(*) FROM `schedule` WHERE `SchedType` = 2"},
}

func TestTheRowsFitTogether(t *testing.T) {
	t.Parallel()
	checkRows(t, sample(t))
}

// Seed 16 drew a patient of the documents once when it looked for somebody to delete.
func TestTheRowsOfAnotherSeedFitTogether(t *testing.T) {
	t.Parallel()
	checkRows(t, sampleOf(t, 16))
}

func checkRows(t *testing.T, s *apitest.Server) {
	t.Helper()
	read(t, s, func(c store.Conn) {
		checkCounts(t, c)
		for _, wrong := range never {
			if keys := query(t, c, 1, wrong.sql+" LIMIT 5"); len(keys) > 0 {
				t.Errorf("there is %s: %v", wrong.name, keys)
			}
		}
		for _, shape := range shapes {
			pattern, texts := regexp.MustCompile(shape.pattern), query(t, c, 1, shape.sql)
			for _, text := range texts {
				if text != "" && !pattern.MatchString(text) {
					t.Errorf("there is %s: %q", shape.name, text)
				}
			}
			if len(texts) < 1000 {
				t.Errorf("%s was looked for in %d rows only", shape.name, len(texts))
			}
		}
		for _, wanted := range atLeast {
			var got int
			fmt.Sscan(query(t, c, 1, wanted.sql)[0], &got)
			if got < wanted.least {
				t.Errorf("%s is %d, want at least %d", wanted.sql, got, wanted.least)
			}
		}
	})
}

func checkCounts(t *testing.T, c store.Conn) {
	t.Helper()
	for place, want := range counts {
		table, column, _ := strings.Cut(place, " ")
		got := query(t, c, 3, "SELECT MIN(`"+column+"`), MAX(`"+column+"`), COUNT(*) FROM `"+table+"`")
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("least key, greatest key and count of %s (-want, +got):\n%s", table, diff)
		}
	}
}
