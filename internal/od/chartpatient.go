package od

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ChartPatient is a patient of a practice with what a referral of them begins with.
type ChartPatient struct {
	*Patient
	Medications []string // that are taken now
	Problems    []string // that are active
	Allergies   []string // that are active
}

// mostPatients is how many patients a search shows.
const mostPatients = 25

// FindPatients finds patients by the beginnings of their names, in any order ("Smith, John" too), or by their number: at most 25, by name. Deleted
// patients are none.
func FindPatients(ctx context.Context, desk Desk, text string) (found []*Patient, err error) {
	condition, args := "`PatStatus` <> ?", []store.Value{store.Int(dental.PatStatusDeleted)}
	for word := range strings.FieldsSeq(strings.ReplaceAll(dental.Fold(text), ",", " ")) {
		beginning := store.Text(strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(word) + "%")
		condition += " AND (`LNameFold` LIKE ? ESCAPE '!' OR `FNameFold` LIKE ? ESCAPE '!' OR `PatNum` = ?)"
		args = append(args, beginning, beginning, store.Int(numberOf(word)))
	}
	err = desk.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		found, err = patients.Find(c, "WHERE "+condition+" ORDER BY `LNameFold`, `FNameFold`, `PatNum` LIMIT ?", append(args, store.Int(mostPatients))...)
		return err
	})
	return found, err
}

// numberOf is the number that a word is, 0 for every other one.
func numberOf(word string) (num int64) {
	for _, c := range word {
		if c < '0' || c > '9' || len(word) > 15 {
			return 0
		}
		num = num*10 + int64(c-'0')
	}
	return num
}

// ReadChartPatient reads a patient with the medical lists that are current. It is NotFound for one that is deleted.
func ReadChartPatient(ctx context.Context, desk Desk, num dental.PatNum) (p ChartPatient, err error) {
	today := store.Text(dental.DateOf(desk.Book.Clock()).String())
	err = desk.Book.DB.Snapshot(ctx, func(c store.Conn) (err error) {
		p = ChartPatient{}
		if p.Patient, err = patients.Get(c, int64(num)); err != nil {
			return err
		}
		if p.PatStatus == dental.PatStatusDeleted {
			return fault.New(fault.NotFound, "There is no such patient")
		}
		for _, list := range []struct {
			into *[]string
			sql  string
			args []store.Value
		}{
			{&p.Medications, "SELECT CASE WHEN `p`.`MedDescript` <> '' THEN `p`.`MedDescript` ELSE COALESCE(`m`.`MedName`, '') END FROM `medicationpat` AS `p` LEFT JOIN `medication` AS `m` ON `m`.`MedicationNum` = `p`.`MedicationNum` " +
				"WHERE `p`.`PatNum` = ? AND (`p`.`DateStop` = '0001-01-01' OR `p`.`DateStop` > ?) ORDER BY `p`.`MedicationPatNum`", []store.Value{store.Int(num), today}},
			{&p.Problems, "SELECT `d`.`DiseaseName` FROM `disease` AS `p` JOIN `diseasedef` AS `d` ON `d`.`DiseaseDefNum` = `p`.`DiseaseDefNum` " +
				"WHERE `p`.`PatNum` = ? AND `p`.`ProbStatus` = 0 AND (`p`.`DateStop` = '0001-01-01' OR `p`.`DateStop` > ?) ORDER BY `p`.`DiseaseNum`", []store.Value{store.Int(num), today}},
			{&p.Allergies, "SELECT `d`.`Description` FROM `allergy` AS `p` JOIN `allergydef` AS `d` ON `d`.`AllergyDefNum` = `p`.`AllergyDefNum` WHERE `p`.`PatNum` = ? AND `p`.`StatusIsActive` = 1 ORDER BY `p`.`AllergyNum`",
				[]store.Value{store.Int(num)}},
		} {
			rows := c.Query(list.sql, list.args...)
			for rows.Next() {
				if text := strings.TrimSpace(string(rows.Text(0))); text != "" {
					*list.into = append(*list.into, text)
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	return p, err
}
