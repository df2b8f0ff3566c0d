package sandbox

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// drawClinical makes what is known of the patients' health: allergies, problems, medications and notes.
func (p *practice) drawClinical(d dice) {
	p.fileAllergies(d)
	p.fileDiseases(d)
	p.fileMedications(d)
	p.fileNotes(d)
}

// asked draws a day on which a patient may have been asked, and a moment of it.
func asked(d dice, p *practice, num dental.PatNum) dental.DateTime {
	patient := p.patient(num)
	return d.inOffice(d.workdayWithin(patient.DateFirstVisit, lastSeen(patient)))
}

// sick are the patients who may have something, in the order of their keys.
func (p *practice) sick(d dice, percent int) []dental.PatNum {
	var found []dental.PatNum
	for _, patient := range p.patients {
		if isSeen(patient) && !isQuiet(patient.PatNum) && d.chance(percent) {
			found = append(found, patient.PatNum)
		}
	}
	return found
}

// allergyNames by AllergyDefNum, from 1. 4, 44 and 45 are as seed 002 has them.
var allergyNames = []string{
	"Latex", "Aspirin", "Codeine", "Penicillin", "Nuts", "Sulfa drugs", "Ibuprofen", "Erythromycin", "Local anesthetic", "Iodine",
	"Nickel", "Amoxicillin", "Clindamycin", "Tetracycline", "Morphine", "Eggs", "Milk", "Shellfish", "Bee stings", "Pollen",
	"Dust", "Mold", "Adhesive tape", "Chlorhexidine", "Acrylic", "Fluoride varnish", "Metronidazole", "Cephalexin", "Hydrocodone", "Naproxen",
	"Epinephrine", "Sulfites", "Mint oil", "Cinnamon", "Mercury", "Cobalt", "Soy", "Wheat", "Sesame", "Peanuts",
	"Strawberries", "Grass", "Cat hair", "Allergy - Phentermine", "Allergy - Sudogest",
}

func (p *practice) fileAllergies(d dice) {
	const drug, food, substance = 3, 4, 5
	kinds := map[string]int{"Nuts": food, "Eggs": food, "Milk": food, "Shellfish": food, "Peanuts": food, "Penicillin": 0, "Latex": substance, "Codeine": drug}
	defs := p.sheet("allergydef", "AllergyDefNum Description IsHidden DateTStamp SnomedType DescriptionFold")
	for i, name := range allergyNames {
		stamp := opened.At(9 * 3600)
		switch i + 1 {
		case 44:
			stamp = moment("2020-07-17 02:45:38")
		case 45:
			stamp = moment("2015-12-10 05:40:32")
		}
		defs.add(name, false, stamp, kinds[name], dental.Fold(name))
	}
	s := p.sheet("allergy", "AllergyNum AllergyDefNum PatNum Reaction StatusIsActive DateTStamp DateAdverseReaction")
	s.add(4, 15, "Rash", true, moment("2021-07-26 14:22:55"), day("2020-03-18"))
	for _, num := range p.sick(d, 14) {
		at := asked(d, p, num)
		reacted := dental.Date{}
		if d.chance(40) {
			reacted = later(at.Date().AddDays(-d.between(100, 4000)), p.patient(num).Birthdate.AddDays(30))
		}
		s.add(oneByWeight(d, []share[int]{{30, 4}, {12, 1}, {10, 3}, {8, 6}, {8, 5}, {32, d.between(1, 43)}}), num,
			oneOf(d, []string{"", "Rash", "Hives", "Swelling", "Upset stomach"}), d.chance(95), at, reacted)
	}
}

// diseaseNames by DiseaseDefNum, from 1; 44, 58 and 59 are as seed 002 has them.
var diseaseNames = []string{
	"Acid reflux", "Arthritis", "Anemia", "Anxiety", "Artificial joint", "Atrial fibrillation", "Bleeding disorder", "Blood thinner use", "Cancer", "Chest pain",
	"Celiac disease", "Crohn's disease", "Depression", "Diabetes type 1", "Diabetes type 2", "Dizziness", "Eating disorder", "Epilepsy", "Fainting", "Glaucoma",
	"Gout", "Hay fever", "Hearing loss", "Heart attack", "Heart murmur", "Heart valve replaced", "Hepatitis B", "Hepatitis C", "Herpes", "High cholesterol",
	"Jaw joint pain", "Kidney disease", "Liver disease", "Low blood pressure", "Lupus", "Migraine", "Multiple sclerosis", "Osteoporosis", "Pacemaker", "Parkinson's disease",
	"Pregnancy", "Psoriasis", "Radiation treatment", "COPD", "Reflux", "Rheumatic fever", "Sinus trouble", "Sleep apnea", "Smoker", "Stroke",
	"Thyroid, high", "Thyroid, low", "Tremor", "Tuberculosis", "Ulcer", "Vertigo", "Weak immune system", "Severe Back Pain", "Hypertension", "Asthma",
}

func (p *practice) fileDiseases(d dice) {
	defs := p.sheet("diseasedef", "DiseaseDefNum DiseaseName ItemOrder IsHidden DateTStamp ICD9Code Icd10Code SnomedCode DiseaseNameFold")
	for i, name := range diseaseNames {
		stamp, code, newer, snomed := opened.At(9*3600), "", "", ""
		switch i + 1 {
		case 58:
			stamp = moment("2021-02-07 12:27:28")
		case 59:
			stamp, code = moment("2021-09-07 14:00:10"), "402"
		case 60:
			stamp, code, newer, snomed = moment("2021-09-07 14:00:10"), "493", "J45", "195967001"
		}
		defs.add(name, i, i+1 == 58, stamp, code, newer, snomed, dental.Fold(name))
	}
	const active, resolved, inactive = 0, 1, 2
	s := p.sheet("disease", "DiseaseNum PatNum DiseaseDefNum PatNote DateTStamp ProbStatus DateStart DateStop")
	for _, num := range p.sick(d, 22) {
		// The two that seed 002 prints keep their keys.
		for len(s.rows) == 1 || len(s.rows) == 7 {
			def, state := 44, active
			if len(s.rows) == 7 {
				def, state = 58, inactive
			}
			s.add(41, def, "", moment("2021-02-07 12:30:00"), state, dental.Date{}, dental.Date{})
		}
		at := asked(d, p, num)
		began := later(at.Date().AddDays(-d.between(30, 3000)), p.patient(num).Birthdate)
		ended, state := dental.Date{}, active
		if d.chance(15) {
			ended, state = later(began, at.Date().AddDays(-d.between(1, 29))), resolved
		}
		def := d.between(1, 57)
		if ageOn(today, p.patient(num).Birthdate) > 50 && d.chance(40) {
			def = 59
		}
		s.add(num, def, "", at, state, began, ended)
	}
}

// medicationNames are pairs of a name and the generic's; the office began with these.
var medicationNames = [][2]string{
	{"Amoxicillin", ""}, {"Lisinopril", ""}, {"Atorvastatin", ""}, {"Levothyroxine", ""}, {"Amlodipine", ""}, {"Metoprolol", ""}, {"Omeprazole", ""},
	{"Losartan", ""}, {"Albuterol", ""}, {"Gabapentin", ""}, {"Lipitor", "Atorvastatin"}, {"Glucophage", "Metformin"}, {"Prilosec", "Omeprazole"},
	{"Sertraline", ""}, {"Zoloft", "Sertraline"}, {"Warfarin", ""}, {"Coumadin", "Warfarin"}, {"Clopidogrel", ""}, {"Prednisone", ""}, {"Insulin", ""},
	{"Ibuprofen", ""}, {"Acetaminophen", ""}, {"Aspirin", ""}, {"Alendronate", ""}, {"Fosamax", "Alendronate"},
}

// metformin is the number that seed 002 has for it.
const metformin = 124

func (p *practice) fileMedications(d dice) {
	numOf := map[string]int{"Metformin": metformin}
	for i, pair := range medicationNames {
		numOf[pair[0]] = i + 1
	}
	list := p.sheet("medication", "MedicationNum MedName GenericNum Notes DateTStamp MedNameFold")
	for i, pair := range medicationNames {
		generic, note, stamp := pair[1], "", opened.At(9*3600)
		if generic == "" {
			generic = pair[0]
		}
		if pair[0] == "Glucophage" {
			note, stamp = "Antidiabetic agent", moment("2016-12-01 00:00:00")
		}
		list.put(i+1, pair[0], numOf[generic], note, stamp, dental.Fold(pair[0]))
	}
	list.put(metformin, "Metformin", metformin, "", moment("2015-02-03 00:00:00"), dental.Fold("Metformin"))
	s := p.sheet("medicationpat", "MedicationPatNum PatNum MedicationNum PatNote DateTStamp DateStart DateStop ProvNum")
	for _, num := range p.sick(d, 16) {
		if len(s.rows) == 44 {
			s.add(234, metformin, "500mg, taken twice a day.", moment("2021-06-20 10:00:00"), day("2000-06-20"), dental.Date{}, 1)
		}
		at := asked(d, p, num)
		began := later(at.Date().AddDays(-d.between(10, 2500)), p.patient(num).Birthdate)
		ended := dental.Date{}
		if d.chance(20) {
			ended = later(began, at.Date().AddDays(-d.between(1, 9)))
		}
		s.add(num, d.between(1, len(medicationNames)), oneOf(d, []string{"", "", "Once a day", "Twice a day", "As needed"}), at, began, ended, p.patient(num).PriProv)
	}
}

func (p *practice) fileNotes(d dice) {
	s := p.sheet("patientnote", "PatNum FamFinancial ApptPhone Medical Service MedicalComp Treatment ICEName ICEPhone SecDateTEntry SecDateTEdit")
	list := append(p.sick(d, 9), 15)
	slices.Sort(list)
	for _, num := range list {
		if num == 15 {
			s.put(15, "", "", "Diabetes.", "", "", "", "Carolyn Wright", "(820) 202-1134", moment("2021-02-03 04:05:06"), moment("2021-03-04 05:06:07"))
			continue
		}
		at := asked(d, p, num)
		family := ""
		if patient := p.patient(num); patient.Guarantor == num && d.chance(20) {
			family = "Pays on the first of the month."
		}
		s.put(int(num), family, "", oneOf(d, []string{"", "Premedicate.", "See the letter of the physician."}), oneOf(d, []string{"", "Likes to talk about gardening."}),
			"", oneOf(d, []string{"", "Finish the upper left first.", "Watch number 14."}), d.firstName(0)+" "+d.surname(), d.phone("503"), at, at)
	}
}
