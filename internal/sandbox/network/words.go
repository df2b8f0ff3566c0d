package network

import "github.com/bridgework-dental/bridgework/internal/referral/lifecycle"

// story is what a patient comes with.
type story struct{ complaint, found, done, tooth string }

var stories = map[string][]story{
	restorative: {
		{"A front bridge keeps coming loose, the last time at dinner.", "Resin-bonded bridge 12, debonded for the third time; abutment sound.", "Recemented twice. The patient cleans well.", "12"},
		{"The lower denture cannot be worn any more.", "Severe resorption of the lower ridge, worn denture teeth.", "Two new dentures in three years, both relined.", ""},
		{"The teeth have become short, and are sensitive to cold.", "Generalised erosive wear, anterior crowns reduced by a third.", "Diet advice, fluoride, an occlusal splint for six months.", "11"},
		{"A crown broke off at the gum.", "21 fractured at gum level, root filled in the past, no pathology.", "A provisional post crown was placed.", "21"},
	},
	child: {
		{"Toothache at night for two weeks; will not open the mouth.", "Caries in four primary molars; very anxious, acclimatisation failed.", "Fluoride varnish, three visits to get used to the surgery.", ""},
		{"The back teeth hurt with ice cream.", "Molar incisor hypomineralisation of all first molars, 36 broken down.", "Fissure sealants lost twice; temporary filling in 36.", "36"},
		{"Fell from a scooter yesterday.", "Uncomplicated crown fracture 11, 21 tender, no mobility.", "Fragment bonded, soft diet, review after a week.", "11"},
	},
	endodontic: {
		{"Pain on biting, on and off for three months.", "36 root filled in 2019, periapical area at the mesial root.", "Occlusion adjusted. Antibiotics were not needed.", "36"},
		{"A dull ache after a root filling that could not be finished.", "Sclerosed canals in 16; two of three located.", "Access, dressing, rubber dam; two attempts.", "16"},
		{"A pimple on the gum that comes back.", "46 with a separated instrument in the mesio-buccal canal, draining sinus.", "Dressed and drained; the patient was told of the instrument.", "46"},
	},
	surgery: {
		{"Repeated swelling behind the last lower tooth.", "38 mesio-angular, third pericoronitis this year, roots close to the nerve canal.", "Irrigated each time, metronidazole twice.", "38"},
		{"A piece of root was left after an extraction.", "Retained distal root of 46 at bone level; extraction abandoned.", "Socket sutured, analgesia, explained.", "46"},
		{"A lump on the inner lip for two months.", "Fibroepithelial polyp, 6 mm, left buccal mucosa.", "Sharp edge of 24 smoothed; no change.", "24"},
	},
	orthodontic: {
		{"Worried about how the front teeth stick out.", "Overjet of 8 mm, lips apart at rest.", "Oral hygiene is good, no caries.", "11"},
		{"One tooth has not come down.", "13 palpable palatally, 53 retained and firm.", "Panoramic radiograph taken; 53 left in place.", "13"},
		{"The bite is crossed on one side.", "Unilateral crossbite with displacement of 3 mm.", "Diet and cleaning advice.", "16"},
	},
	periodontal: {
		{"The gums bleed and some teeth are loose.", "Pockets to 7 mm after two courses of treatment; furcations at 16 and 26.", "Two courses of root surface treatment with local anaesthetic, plaque score now 18%.", "16"},
		{"Gaps have opened between the front teeth.", "Stage III grade B; bone loss to half the root length.", "Instruction, supra- and subgingival treatment, re-examined after three months.", "11"},
	},
	special: {
		{"Cannot sit through a check-up; the carer saw a broken tooth.", "Learning disability; brief look only, 46 broken down.", "Three short visits with the carer; tell-show-do.", "46"},
		{"Uses a wheelchair and cannot move to the chair.", "Multiple sclerosis, advanced; caries in three teeth.", "Seen in the wheelchair, temporary fillings.", "36"},
		{"Severe fear of the dentist since childhood.", "Anxiety scale 23 of 25; caries in five teeth.", "Talking, music and a long first visit did not help.", "46"},
	},
	cancer: {
		{"A sore on the tongue that does not heal.", "Indurated ulcer, 12 mm, left lateral border, for five weeks.", "Sharp tooth smoothed three weeks ago, no improvement; the unit was called.", ""},
		{"A red patch under the tongue.", "Erythroplakia of the floor of the mouth, 15 mm.", "Photograph taken, telephoned to the unit.", ""},
		{"A lump in the neck for a month.", "Firm node, 2 cm, level II, right.", "No dental cause found; the patient's doctor was told.", ""},
	},
}

var questions = []struct {
	reason lifecycle.Reason
	text   string
	answer string
}{
	{lifecycle.NoRadiograph, "Please send a recent radiograph that shows the whole root.", "The radiograph is attached; it was taken today."},
	{lifecycle.PoorRadiograph, "The apex is cut off on the radiograph. Please take another one.", "A new radiograph is attached."},
	{lifecycle.IncompleteForm, "What has been tried so far, and when? The form says only that treatment was given.", "Two visits in the last three months, with the result that the form describes. Dates are in the text now."},
	{lifecycle.NoMedicalHistory, "The patient told us of tablets for the heart on the telephone. Please complete the medical history.", "Bisoprolol 2.5 mg in the morning for high blood pressure; nothing else."},
}

var rejections = []struct {
	reason lifecycle.Reason
	text   string
}{
	{lifecycle.Level1, "This can be treated in practice; the area's guidance has the steps."},
	{lifecycle.WrongForm, "Please use the form for the pathway that fits."},
	{lifecycle.OutOfArea, "The patient lives in the area of another referral centre."},
	{lifecycle.NotDentallyFit, "Active disease has to be under control first."},
	{lifecycle.Duplicate, "There is an open referral for the same tooth already."},
}

var declines = []struct {
	reason lifecycle.Reason
	text   string
}{
	{lifecycle.NotDentallyFit, "Active caries has to be treated before we can begin."},
	{lifecycle.Level1, "On the radiograph this is a case for general practice."},
	{lifecycle.PatientDeclines, "The patient does not want the treatment any more."},
}

var withdrawals = []struct {
	reason lifecycle.Reason
	text   string
}{
	{lifecycle.PatientDeclines, "The patient has decided against treatment."},
	{lifecycle.Other, "The patient moves away and will register elsewhere."},
	{lifecycle.Other, "Treated in our practice after all."},
}

var triageNotes = []string{
	"Level 2 by the complexity of the roots.", "Meets the criteria; no urgency.", "Borderline level 2, accepted because of the medical history.",
	"Second look at the radiograph: go ahead.", "Waiting time explained on the telephone.",
}

var providerNotes = []string{
	"Left a message with the patient's partner.", "Prefers mornings.", "Consent form to be sent with the letter.", "Check the INR on the day.", "Needs a double slot.",
}

var threads = []struct{ from, to string }{
	{"Could you say how long the wait will be? The patient asks.", "At present it is some weeks; we will call the patient."},
	{"The patient's telephone number has changed; it is in the form's new version, or call us.", "Thank you, we have noted it."},
	{"The pain is worse than a week ago. Can it be sooner?", "We have put the patient on the list for cancellations."},
}

var redirections = []string{
	"The canal anatomy needs a microscope and cone beam imaging.", "A general anaesthetic is needed, which we do not offer.", "The medical history asks for treatment in a hospital.",
}

// ending is what a provider writes at the end.
type ending struct{ summary, actions string }

var endings = map[string][]ending{
	restorative: {{"New resin-bonded bridge 12 with a revised design, cemented under rubber dam.", "Review the bridge at the next check-up.\nFluoride mouthwash daily."}, {"Complete lower denture with an altered impression technique; comfortable after two easings.", "Ease where it rubs.\nYearly check of the fit."}},
	child:       {{"Four primary molars removed in one visit; recovered well.", "Fluoride varnish four times a year.\nCheck the eruption of the premolars in a year."}, {"Preformed crown on 36, sealants on the other first molars.", "Check the sealants every six months."}},
	endodontic:  {{"Retreatment of 36 completed in two visits; three canals to length.", "Place a cuspal coverage restoration within four weeks.\nRadiograph in one year."}, {"16: a second mesial canal was found and filled.", "Crown within a month."}},
	surgery:     {{"38 removed with bone removal under local anaesthetic; nerve intact.", "Remove the sutures if they have not dissolved in two weeks."}, {"Retained root 46 removed, healing without event.", "None."}},
	orthodontic: {{"Fixed appliances for 16 months; overjet 3 mm, class I.", "Retainers at night for good.\nCheck the bonded retainer at each visit."}},
	periodontal: {{"Surgical access at 16 and 26; pockets of 4 mm at most after three months.", "Supportive care every three months.\nHelp with stopping to smoke."}},
	special:     {{"Three fillings and one extraction with sedation; a good visit.", "Short visits every three months with the carer."}, {"Treated in the wheelchair with the tipper; all caries restored.", "High-fluoride toothpaste on prescription."}},
	cancer:      {{"Biopsy: no malignancy; lichenoid change. Kept under observation here for two visits.", "Look at the site at every check-up and refer again if it changes."}, {"Biopsy confirmed a small carcinoma; excised with clear margins. The hospital's team follows up.", "No extractions without asking us first."}},
}

var streets = []string{"Lantern Row", "Copper Lane", "Teasel Close", "Windmill Hill", "Ropewalk", "Kiln Street", "Saltmarsh Road", "Gooseberry Walk", "Quarry Steps", "Feather Street"}

var towns = []struct{ town, postcode string }{{"Sandbourne", "SB1"}, {"Applewick", "AW7"}, {"Oldford", "OF1"}, {"Sandbourne", "SB2"}}
