package web

import "github.com/bridgework-dental/bridgework/internal/referral/lifecycle"

var (
	noteField     = fieldKind{name: "text", kind: "text", label: "Note for the referrer", hint: "Optional"}
	publicField   = fieldKind{name: "text", kind: "text", label: "Comment for all sides", hint: "Optional. The referring practice and the provider read it"}
	internalField = fieldKind{name: "internal", kind: "text", label: "Note for the referral centre alone", hint: "Optional. Nobody else reads it"}
	dateField     = fieldKind{name: "date", kind: "date", label: "Date", hint: "Day, month and year", missing: "Enter the date as day, month and year"}
	timeField     = fieldKind{name: "time", kind: "time", label: "Time", hint: "Like 14:30", missing: "Enter the time, like 14:30"}
	targetField   = fieldKind{name: "target", kind: "target", label: "Provider", missing: "Choose the provider", options: targetOptions}
	clinicField   = fieldKind{name: "clinician", kind: "line", label: "Clinician there", hint: "Optional, where it is known"}
	tierField     = fieldKind{name: "tier", kind: "choice", label: "Level of care", missing: "Choose the level of care", options: tierOptions}
	wideTierField = fieldKind{name: "tier", kind: "choice", label: "Level of care", hint: "Optional", options: tierOptions}
	filesField    = fieldKind{name: "files", kind: "files", label: "Files", hint: "Optional; JPEG, PNG, TIFF or BMP pictures, PDF, Word or RTF, at most 5"}
	listField     = fieldKind{name: "list", kind: "choice", label: "Waiting list", missing: "Choose the waiting list", options: listOptions, hasLists: true}
)

func reasonField(label string) fieldKind {
	return fieldKind{name: "reason", kind: "choice", label: label, missing: "Choose the reason", options: reasonOptions}
}

func textField(label, hint, missing string) fieldKind {
	return fieldKind{name: "text", kind: "text", label: label, hint: hint, missing: missing}
}

func outcomeField(of ...lifecycle.Outcome) fieldKind {
	return fieldKind{name: "outcome", kind: "choice", label: "Outcome", missing: "Choose the outcome", options: func(*scene) (all []actOption) {
		for _, o := range of {
			all = append(all, actOption{Value: string(o), Text: string(o)})
		}
		return all
	}}
}

// reasonOptions leave out the reason that has a move of its own.
func reasonOptions(*scene) (all []actOption) {
	for _, r := range lifecycle.Reasons() {
		if r != lifecycle.NotContactable {
			all = append(all, actOption{Value: string(r), Text: r.Text()})
		}
	}
	return all
}

func tierOptions(*scene) (all []actOption) {
	for _, o := range [][2]string{{"1", "1: general practice"}, {"2", "2: more skill than general practice has"}, {"3", "3: a specialist"}, {"3a", "3a: a specialist, outside a hospital"}, {"3b", "3b: a hospital"}} {
		all = append(all, actOption{Value: o[0], Text: o[1]})
	}
	return all
}

// actKinds are in the order of the page: what is expected first, then what may come instead.
var actKinds = []actKind{
	{move: lifecycle.Allocate, label: "Send to a provider", button: "Send", done: "The referral is sent to the provider.", isMain: true, key: "s", after: "at triage",
		fields: []fieldKind{targetField, clinicField, tierField, publicField, internalField}},
	{move: lifecycle.Propose, label: "Propose where it goes", button: "Propose", done: "It is proposed. A second person confirms it.", isMain: true, key: "p", after: "at triage, where the area wants a second person",
		fields: []fieldKind{{name: "target", kind: "target", label: "Provider or waiting list", missing: "Choose the provider or the waiting list", options: placeOptions, hasLists: true}, clinicField, tierField, publicField, internalField}},
	{move: lifecycle.PutOnList, label: "Put on a waiting list", button: "Put on the list", done: "The referral is on the waiting list.", key: "w", after: "at triage",
		fields: []fieldKind{listField, wideTierField, publicField, internalField}},
	{move: lifecycle.RequestInfo, label: "Ask for more information", button: "Ask the referrer", done: "The referrer is asked.", key: "i", after: "at triage",
		fields: []fieldKind{reasonField("What is missing"), textField("Text for the referrer", "Say what to send, and in which form", "Tell the referrer what is needed"), internalField}},
	{move: lifecycle.RejectAtTriage, label: "Reject", button: "Reject the referral", done: "The referral went back to the referrer.", key: "r", after: "at triage",
		fields: []fieldKind{reasonField("Reason"), textField("Text for the referrer", "The letter says it", "Tell the referrer why, and what to do instead"), internalField}},
	{move: lifecycle.TakeOffList, label: "Send from the waiting list", button: "Send", done: "The referral is sent to the provider.", isMain: true, after: "once it is on a waiting list",
		fields: []fieldKind{targetField, clinicField, publicField}},
	{move: lifecycle.RejectUnanswered, label: "Reject what was not answered", button: "Reject the referral", done: "The referral went back to the referrer.", fields: []fieldKind{publicField}},

	{move: lifecycle.Answer, label: "Answer the request for information", button: "Answer", isMain: true, after: "once more information is asked for", page: "/answer"},
	{move: lifecycle.Resubmit, label: "Send it again", button: "Copy it and send it again", isMain: true, after: "once it was rejected", post: "/resubmit"},

	{move: lifecycle.Accept, label: "Accept the referral", button: "Accept", done: "The referral is accepted. The next step is to contact the patient.", isMain: true, fields: []fieldKind{noteField}},
	{move: lifecycle.Receive, label: "Acknowledge receipt", button: "Acknowledge receipt", done: "Receipt is acknowledged."},
	{move: lifecycle.Contact, label: "Note a contact with the patient", button: "Note the contact", done: "The contact is noted.", isMain: true, fields: []fieldKind{noteField}},
	{move: lifecycle.Book, label: "Book an appointment", button: "Book", done: "The appointment is booked.", isMain: true, after: "once the referral is accepted", fields: []fieldKind{dateField, timeField, noteField}},
	{move: lifecycle.BookReview, label: "Book the review", button: "Book the review", done: "The review is booked.", isMain: true, fields: []fieldKind{dateField, timeField, noteField}},
	{move: lifecycle.Attempt, label: "Note another attempt to reach the patient", button: "Note the attempt", done: "The attempt is noted.", fields: []fieldKind{noteField}},
	{move: lifecycle.Assess, label: "The patient was assessed", button: "Note the assessment", done: "The assessment is noted.", isMain: true, after: "once an appointment is booked", fields: []fieldKind{noteField}},
	{move: lifecycle.NotAttended, label: "The patient did not attend", button: "Discharge: did not attend", done: "The patient is discharged.", after: "once an appointment is booked", fields: []fieldKind{noteField}},
	{move: lifecycle.Rebook, label: "Book another date", button: "Book the other date", done: "The other date is booked.", fields: []fieldKind{dateField, timeField, textField("Why the date changes", "", "Say why the date changes")}},
	{move: lifecycle.Unbook, label: "Cancel the appointment", button: "Cancel the appointment", done: "The appointment is cancelled.", fields: []fieldKind{noteField}},
	{move: lifecycle.Treat, label: "Begin treatment", button: "Begin treatment", done: "Treatment has begun.", isMain: true, after: "once the patient is assessed", fields: []fieldKind{noteField}},
	{move: lifecycle.Review, label: "Set a review", button: "Set the review", done: "The review is set.", after: "once the patient is assessed", fields: []fieldKind{
		{name: "review", kind: "month", label: "Month of the review", hint: "Month and year, like 3 2027", missing: "Enter the month and the year of the review"}, noteField}},
	{move: lifecycle.Discharge, label: "Discharge", button: "Discharge the patient", done: "The patient is discharged.", isMain: true, after: "once the patient is assessed", fields: []fieldKind{
		outcomeField(lifecycle.TreatmentComplete, lifecycle.AssessmentOnly, lifecycle.AdviceGiven, lifecycle.PatientDeclined, lifecycle.NotSuitable),
		{name: "actions", kind: "text", label: "What the referrer has to do", hint: "The referrer reads this first. Write “Nothing” where there is nothing", missing: "Say what the referrer has to do, or that it is nothing"},
		{name: "summary", kind: "text", label: "What was found and done", missing: "Say what was found and done"}}},
	{move: lifecycle.EndEarly, label: "Discharge before treatment", button: "Discharge the patient", done: "The patient is discharged.", fields: []fieldKind{
		outcomeField(lifecycle.PatientDeclined, lifecycle.NotSuitable, lifecycle.AdviceGiven), noteField}},
	{move: lifecycle.Reopen, label: "Go on with the treatment", button: "Reopen", done: "The referral is open again.", fields: []fieldKind{reasonField("Reason"), noteField}},
	{move: lifecycle.RejectNoContact, label: "The patient cannot be reached", button: "Return to the referrer", done: "The referral went back to the referrer.", after: "once the referral is accepted and the attempts are noted", fields: []fieldKind{noteField}},
	{move: lifecycle.Message, label: "Write a message", button: "Send the message", done: "The message is sent.", key: "m", post: "/messages", fields: []fieldKind{
		textField("Message", "The referring practice, the referral centre and the provider read it", "Write the message"), filesField}},
	{move: lifecycle.Message, id: "N04-own", label: "Write a note for your own side", button: "Keep the note", done: "The note is kept.", post: "/messages", fields: []fieldKind{
		{name: "internal", kind: "text", label: "Note", hint: "Your own side reads it, and nobody else", missing: "Write the note"}, filesField}},
	{move: lifecycle.Return, label: "Ask, or return to the referral centre", button: "Return to the referral centre", done: "The referral went back to the referral centre.", ends: true, fields: []fieldKind{
		reasonField("Reason"), textField("What is needed", "The referral goes back to the referral centre", "Say what is needed, or why it goes back")}},
	{move: lifecycle.Redirect, label: "Send on to another provider", button: "Send on", done: "The referral went on to the other provider.", ends: true, fields: []fieldKind{
		targetField, clinicField, textField("Why it has to go there", "The other provider, the referrer and the referral centre read it", "Say why the referral has to go there")}},
	{move: lifecycle.Decline, label: "Decline", button: "Decline the referral", done: "The referral went back to the referrer.", ends: true, fields: []fieldKind{
		reasonField("Reason"), textField("Text for the referrer", "The referral goes back to the referrer", "Tell the referrer why")}},
	{move: lifecycle.Withdraw, label: "Withdraw", button: "Withdraw the referral", done: "The referral is withdrawn.", fields: []fieldKind{
		reasonField("Reason"), {name: "text", kind: "text", label: "Text for all sides", hint: "Optional; needed where the reason is another one"}}},
	{move: lifecycle.EnterInError, label: "Mark as entered in error", button: "Mark as entered in error", done: "The referral is marked as entered in error.", fields: []fieldKind{
		reasonField("Reason"), {name: "text", kind: "text", label: "What is wrong with it", hint: "Optional; needed where the reason is another one"},
		{name: "confirmed", kind: "tick", label: "I am sure: only the referral centre will see this referral from now on", missing: "Tick to confirm: only the referral centre will see this referral from now on"}}},
}
