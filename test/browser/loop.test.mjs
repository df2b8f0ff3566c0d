// The closed loop, against the real program and its real clock: from a referral to the letter in the chart of who referred. Four
// people in four browsers, a practice's Open Dental client, a practice's referral system, a specialist who has only a link, and
// the patient.
import { after, before, describe, test } from "node:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import assert from "node:assert/strict";
import { fillSection, newVisitor, open, overflow, startBrowser, type, violations } from "./lib.mjs";
import { newHouse, textOf, until } from "./house.mjs";

const centre = "Dales Referral Centre", referring = "Northside Dental", hospital = "County Oral Surgery", suite = "St Clements Dental Suite", specialist = "Mill Lane Specialists";
const phrase = "violet kettle under eleven clouds";

const began = iso();

let house, browser, radiograph;
let admin, triager, provider, referrer; // each in a browser of their own
let northside, clements, refer, referralKey; // the practices' systems: two of the Open Dental API, one of V2

// A day near today, as the server's clock and this one have it.
function day(add = 0) {
  const at = new Date(Date.now() + add * 86400000);
  return { day: String(at.getDate()), month: String(at.getMonth() + 1), year: String(at.getFullYear()) };
}
function iso(add = 0) {
  const { day: d, month, year } = day(add);
  return `${year}-${month.padStart(2, "0")}-${d.padStart(2, "0")}`;
}

// The page as it is can be used by everybody, and fits its window.
async function sound(page, name) {
  assert.deepEqual(await violations(page), [], name);
  assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading of the first level`);
}

const heading = (page, name) => page.getByRole("heading", { name, level: 1 }).waitFor();
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

// The part of a referral's page that is for one move, opened where it is closed.
async function unfolded(page, move) {
  const part = page.locator(`[id="act.${move}"]`);
  if (!(await part.evaluate((one) => one.open))) await part.locator("summary").first().click();
  return part;
}

// What is done about a referral on its page: the move's part is opened where it is closed, filled in and sent.
async function act(page, move, button, fields = {}) {
  const part = await unfolded(page, move);
  for (const [name, text] of Object.entries(fields)) {
    const field = part.locator(`[id="${move}.${name}"]`);
    if ((await field.evaluate((one) => one.tagName)) === "SELECT") await field.selectOption(text);
    else await field.fill(text);
  }
  await part.getByRole("button", { name: button, exact: true }).click();
}

// Two minutes from now: as soon as a page takes an appointment, and on the day on which it can have been kept.
function soon() {
  const at = new Date(Date.now() + 2 * 60000);
  return { day: String(at.getDate()), month: String(at.getMonth() + 1), year: String(at.getFullYear()), time: `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}` };
}

// Somebody accepts an invitation in a browser of their own, and is signed in from then on.
async function joins(link, options) {
  const visitor = await newVisitor(browser, options);
  await visitor.page.goto(link);
  await heading(visitor.page, "You are invited");
  await visitor.page.locator("#password").fill(phrase);
  await press(visitor.page, "Accept and sign in");
  await heading(visitor.page, "Your account");
  return visitor;
}

// The administrator invites somebody on the page, and passes the link on.
async function invites(organisation, role, name, email) {
  const page = admin.page;
  await page.goto(`${house.base}/people`);
  await page.locator("#organisation").selectOption({ label: organisation });
  await press(page, "Show its people");
  await heading(page, `People of ${organisation}`);
  const form = page.locator("details.invite");
  if (!(await form.evaluate((one) => one.open))) await form.locator("summary").click();
  await page.locator("#name").fill(name);
  await page.locator("#email").fill(email);
  await page.locator("#role").selectOption(role);
  await press(page, "Make a link");
  await page.getByRole("heading", { name: `Send this link to ${name}` }).waitFor();
  return page.locator("code.secret").innerText();
}

// What the chart of the referring practice says of a patient's referrals.
const attachments = (patient) => northside("GET", `refattaches?PatNum=${patient}`);

before(async () => {
  house = await newHouse();
  browser = await startBrowser();

  // The operator: practices and keys, before anybody can sign in.
  await house.verb("practice", "create", referring, "--urn-prefix", "NSD", "--address", "1 North Road, Leeds", "--phone", "0113 496 0001", "--email", "desk@northside.example");
  await house.verb("practice", "create", suite, "--phone", "0113 496 0002");
  northside = house.openDental(await house.key("--practice", referring, "--developer", "Northside's system"));
  clements = house.openDental(await house.key("--practice", suite, "--developer", "St Clements' system"));
  referralKey = await house.key("--practice", referring, "--dental-referrals");
  refer = house.referrals(referralKey);

  // The first administrator.
  admin = await newVisitor(browser);
  await admin.page.goto(await house.serve());
  await admin.page.locator("#organisation").fill(centre);
  await admin.page.locator("#name").fill("Ada Quill");
  await admin.page.locator("#email").fill("ada@dales.example");
  await admin.page.locator("#password").fill(phrase);
  await press(admin.page, "Set up and sign in");
  await heading(admin.page, "Your account");

  // The directory: one provider by its pages, two by a file.
  const page = admin.page;
  await page.goto(`${house.base}/directory`);
  await page.getByRole("link", { name: "Add an organisation" }).click();
  await page.locator("#Name").fill(hospital);
  await page.locator("#Phone").fill("0113 496 0003");
  await page.locator("#IsReferring").setChecked(false);
  await page.locator("#IsTreating").check();
  await press(page, "Add");
  await heading(page, hospital);
  await page.getByRole("link", { name: "Add a service" }).click();
  await page.locator("#Name").fill("Oral surgery");
  await page.locator('[id="FormTypes.MinorOralSurgeryForm"]').check();
  await page.locator("#Capacity").fill("20");
  await press(page, "Add");
  await page.getByRole("heading", { name: /Oral surgery/ }).first().waitFor();
  const file = join(house.dir, "directory.csv");
  await writeFile(file, `Kind,Organisation,Name,Treats,Refers,Forms,Levels\norganisation,,${specialist},yes,no,,\nservice,${specialist},Extractions,,,MinorOralSurgeryForm,2\norganisation,,${suite},yes,,,\nservice,${suite},Oral surgery,,,MinorOralSurgeryForm,2\n`);
  await house.verb("directory", "import", file, "--apply");

  // The people, each in a browser of their own; the last one by the operator's verb.
  triager = await joins(await invites(centre, "triager", "Tom Ash", "tom@dales.example"), { viewport: { width: 1600, height: 950 } });
  provider = await joins(await invites(hospital, "provider", "Pia Moss", "pia@county.example"));
  referrer = await joins(await invites(referring, "referrer", "Rae Birch", "rae@northside.example"));

  // A film to send: a picture that the browser makes.
  const studio = await browser.newPage({ viewport: { width: 640, height: 480 } });
  await studio.setContent('<body style="background:#222;margin:0"><div style="margin:90px auto;width:200px;height:300px;border-radius:90px 90px 30px 30px;background:#ccc"></div>');
  radiograph = join(house.dir, "periapical LL8.jpg");
  await studio.screenshot({ path: radiograph, type: "jpeg", quality: 90 });
  await studio.close();
});

after(async () => { await browser?.close(); await house?.stop(); });

// What a dentist answers who refers a wisdom tooth, and has no film of it yet.
function answers(patient) {
  const examined = iso(-3);
  return [
    ["referral", ["care_type", "choice", "routine"], ["request_type", "choice", "opinion_and_treatment"], ["funding", "choice", "nhs"]],
    ["patient", ["patient_first_name", "text", patient.FName], ["patient_last_name", "text", patient.LName], ["patient_dob", "date", patient.Birthdate], ["gender", "choice", "female"],
      ["patient_address", "longtext", "14 Mill Lane, Leeds"], ["patient_postcode", "postcode", "LS1 4AP"], ["phone_mobile", "phone", "01632 960 001"]],
    ["access", ["interpreter", "yesno", "no"], ["over_chair_weight", "yesno", "no"]],
    ["gp", ["gp_practice", "text", "Park Surgery"]],
    ["referrer", ["referrer_name", "text", "Rae Birch"], ["referrer_gdc", "gdc_number", "123456"], ["referrer_role", "choice", "general_dental_practitioner"], ["practice_name", "text", referring],
      ["practice_address", "longtext", "1 North Road, Leeds"], ["practice_phone", "phone", "0113 496 0001"], ["date_examined", "date", examined]],
    ["medical_history", ["mh_conditions", "history", { heart: "Angina, stable" }], ["mh_drugs", "longtext", "GTN spray"], ["mh_allergies", "longtext", "None known"], ["antithrombotic", "choice", "none"],
      ["antiresorptive", "choice", "never"], ["steroids", "yesno", "no"], ["smoking", "choice", "never"]],
    ["dental_history", ["presenting_complaint", "longtext", "Pain lower left for three weeks"], ["diagnosis", "longtext", "Second pericoronitis of LL8"], ["treatment_done", "longtext", "Irrigated twice"],
      ["pain", "choice", "none"], ["regular_attender", "yesno", "yes"], ["oral_hygiene", "choice", "good"]],
    ["procedure", ["procedures", "choices", ["extraction_anticipated_difficulty"]], ["teeth", "teeth", ["38"]], ["difficulty", "choices", ["bone_removal_expected"]], ["lesion_suspicious", "yesno", "no"]],
    ["anaesthesia", ["anaesthesia", "choice", "local_anaesthetic"]],
    ["attachments", ["no_radiograph_reason", "longtext", "The sensor is being repaired"]],
    ["declaration", ["consent_referral", "confirm", "yes"], ["nhs_charges", "confirm", "yes"], ["correct", "confirm", "yes"]],
  ].map(([section, ...fields]) => ({
    section, files: {},
    fields: fields.map(([id, kind, value]) => ({ id, kind, ...(Array.isArray(value) ? { list: value } : typeof value === "object" ? { parts: value } : { text: value }) })),
  }));
}

// The practice's system prepares a form for a patient of its chart, and somebody there fills it in and sends it.
async function submits(page, patient) {
  const [year, month, date] = patient.Birthdate.split("-");
  const prepared = await refer("prepare_form", { form_type: "MinorOralSurgeryForm", system_type: "SE", patient_identifier: String(patient.PatNum), patient_title: "Mrs", patient_first_name: patient.FName,
    patient_last_name: patient.LName, patient_dob: `${date}/${month}/${year}`, gender: "F" });
  const sections = answers(patient);
  await open(page, prepared.prepared_form_url);
  for (const typing of sections.filter((one) => one.section !== "declaration")) {
    const address = `${house.base}/referrals/${prepared.urn}/sections/${typing.section}`;
    if (page.url() !== address) await page.goto(address);
    await fillSection(page, typing, {});
  }
  await page.goto(`${house.base}/referrals/${prepared.urn}/check`);
  if (await page.locator("#errors").count()) assert.fail(await page.locator("#errors").innerText());
  await page.getByRole("link", { name: "Continue to the declaration" }).click();
  for (const field of sections.at(-1).fields) await type(page, field);
  await press(page, "Send the referral");
  await page.locator(`text=${prepared.urn}`).first().waitFor();
  return prepared.urn;
}

// The triager finds the referral in the queue once its documents are made, and opens it.
async function triages(page, urn) {
  await until(`${urn} in the queue`, async () => {
    await page.goto(`${house.base}/work/triage?q=${urn}`);
    return page.locator("table.work tbody a").count();
  });
  await page.locator("table.work tbody a").click();
  await heading(page, /^Referral for/);
}

// The triager sends the referral to one of the providers.
async function sends(page, to, comment) {
  await (await unfolded(page, "T11")).getByLabel(to).check();
  await act(page, "T11", "Send", { tier: "2", text: comment });
  await page.getByText("The referral is sent to the provider.").waitFor();
}

// The provider finds the referral among those that have come, and opens it.
async function receives(page, urn) {
  await page.goto(`${house.base}/work/inbound?show=open&q=${urn}`);
  await page.locator("table.work tbody a").click();
  await heading(page, /^Referral for/);
}

// From acceptance to discharge, on the pages of who treats: by their account or by their link.
async function treats(page, outcome, look) {
  await act(page, "T17", "Accept");
  await page.getByText("The referral is accepted. The").waitFor();
  await act(page, "T21", "Note the contact", { text: "Spoke to the patient, who prefers afternoons" });
  await page.getByText("The contact is noted.").waitFor();
  await look("contacted");
  await act(page, "T22", "Book", soon());
  await page.getByText("The appointment is booked.").waitFor();
  await look("booked");
  // The assessment is taken on the appointment's day. In the last two minutes of a day that is tomorrow.
  await until("the day of the appointment", async () => {
    if (await page.locator('[id="act.T27"]').count()) return true;
    await page.goto(page.url());
  }, 150000);
  await act(page, "T27", "Note the assessment");
  await page.getByText("The assessment is noted.").waitFor();
  await look("assessed");
  await act(page, "T28", "Begin treatment");
  await page.getByText("Treatment has begun.").waitFor();
  await act(page, "T31", "Discharge the patient", outcome);
}

// The chart of the referring practice: the referral is complete since today, and the letter is the one document of the patient, as the
// practice's system gets it. It answers with the letter's text.
async function closed(patient, urn) {
  const [attachment, ...others] = await until(`${urn} complete in the chart`, async () => {
    const all = await attachments(patient);
    return all.some((one) => one.RefToStatus === "Complete") && all;
  });
  assert.deepEqual(others, []);
  assert.equal(attachment.ReferralType, "RefTo");
  assert.ok([began, iso()].includes(attachment.DateProcComplete), attachment.DateProcComplete);
  const documents = await until(`the letter on ${urn}`, async () => {
    const all = await northside("GET", `documents?PatNum=${patient}`);
    return all.length > 0 && all;
  });
  assert.deepEqual(documents.map((one) => one.Description), [`Letter on the referral ${urn}`]);
  return textOf(house, await northside("GET", `documents/${documents[0].DocNum}/content`));
}

// What there is to do stands in a letter before what was found and done.
function saysFirst(letter, actions, summary) {
  const [first, later] = [letter.indexOf(actions), letter.indexOf(summary)];
  assert.ok(first > 0 && later > first, `the letter does not begin with what there is to do:\n${letter}`);
}

// The patient looks where the referral is.
async function tracked(urn, born) {
  const { page, context, troubles } = await newVisitor(browser, { viewport: { width: 390, height: 844 } });
  const [year, month, date] = born.split("-");
  await page.goto(`${house.base}/track?urn=${urn}`);
  for (const [id, text] of Object.entries({ day: String(Number(date)), month: String(Number(month)), year })) await page.locator(`#${id}`).fill(text);
  await press(page, "Find the referral");
  await heading(page, "Your referral");
  await sound(page, "tracker");
  const text = await page.getByRole("status").innerText();
  assert.deepEqual(troubles, []);
  await context.close();
  return text;
}

const patientOf = (FName, LName, Birthdate) => northside("POST", "patients", { FName, LName, Birthdate });

describe("the loop closes", { concurrency: 3 }, () => {
test("a form is sent, asked about, answered, allocated, treated and discharged", async () => {
  const patient = await patientOf("Zofia", "Marsh", "1985-03-03");
  const urn = await submits(referrer.page, patient);
  assert.match(urn, /^NSD/);
  await triages(triager.page, urn);
  await sound(triager.page, "triage");
  await act(triager.page, "T08", "Ask the referrer", { reason: "no_radiograph", text: "Please send a periapical of the lower left wisdom tooth" });
  await triager.page.getByText("The referrer is asked.").waitFor();
  assert.equal((await refer(`referral_status?urn=${urn}`)).referral_status, "Returned: More Information Required");
  const page = referrer.page;
  await page.goto(`${house.base}/work/outbound?show=you`);
  await sound(page, "outbound");
  await page.locator("table.work tbody a", { hasText: "Marsh" }).click();
  await heading(page, "Referral for Zofia Marsh");
  await sound(page, "asked");
  await (await unfolded(page, "T09")).getByRole("link", { name: "Answer", exact: true }).click();
  await heading(page, "More information is asked for");
  await page.getByText("Please send a periapical of the lower left wisdom tooth").waitFor();
  await sound(page, "amend");
  await page.getByRole("link", { name: "Radiographs and other files" }).click();
  const taken = day(-1);
  for (const [part, text] of Object.entries(taken)) await page.locator(`[id="radiographs.new.${part}"]`).fill(text);
  await page.locator('[id="radiographs.new.view"]').selectOption("periapical");
  await page.locator('[id="radiographs"]').setInputFiles(radiograph);
  await page.locator('[data-upload="radiographs"] button').click();
  await page.locator('ul[data-files="radiographs"]').getByRole("link", { name: "periapical LL8.jpg" }).first().waitFor();
  await page.locator('[id="correct_patient"]').check();
  await press(page, "Save and continue");
  await page.goto(`${house.base}/referrals/${urn}/check`);
  if (await page.locator("#errors").count()) assert.fail(await page.locator("#errors").innerText());
  await page.getByRole("link", { name: "Continue to the declaration" }).click();
  for (const field of answers(patient).at(-1).fields) await page.locator(`[id="${field.id}"]`).check();
  await page.locator("#reply").fill("The film is attached");
  await sound(page, "answer to the request");
  await page.locator("button.main", { hasText: /Send/ }).last().click();
  await triages(triager.page, urn);
  await triager.page.getByText("The film is attached").first().waitFor();
  assert.equal(await triager.page.locator("[data-view]").count(), 1);
  await sound(triager.page, "triage with the film");
  await sends(triager.page, hospital, "Please see within six weeks");
  assert.match((await refer(`referral_status?urn=${urn}`)).referral_status, /^Sent to: County Oral Surgery/);
  // The practice's system gets the PDF of what it has sent last.
  const [form] = (await refer(`referral_status?urn=${urn}`)).referral_files;
  const pdf = await fetch(form, { headers: { Authorization: referralKey } });
  assert.match(await textOf(house, Buffer.from(await pdf.arrayBuffer())), /periapical LL8\.jpg/);

  await receives(provider.page, urn);
  await sound(provider.page, "received");
  await treats(provider.page, { outcome: "Treatment complete", actions: "Take the stitches out in a week", summary: "LL8 was removed under local anaesthesia" }, (name) => sound(provider.page, name));
  await provider.page.getByText("The patient is discharged.").waitFor();
  await sound(provider.page, "discharged");
  saysFirst(await closed(patient.PatNum, urn), "Take the stitches out in a week", "LL8 was removed under local anaesthesia");
  const status = await refer(`referral_status?urn=${urn}`);
  assert.equal(status.referral_status, "Discharged: Treatment complete");
  assert.match(await tracked(urn, patient.Birthdate), /finished/);
  await page.goto(`${house.base}/referrals/${urn}`);
  const href = await page.getByRole("link", { name: "The letter of the clinic" }).getAttribute("href");
  const letter = await referrer.context.request.get(house.base + href);
  saysFirst(await textOf(house, await letter.body()), "Take the stitches out in a week", "LL8 was removed under local anaesthesia");
  await sound(page, "the referrer's page of what is finished");
});

test("what a practice's own system refers to a networked source comes to its chart as complete, with the letter", async () => {
  const patient = await northside("POST", "patients", { FName: "Noah", LName: "Hollis", Birthdate: "1979-11-30", WirelessPhone: "01632 960 002" });
  const source = await northside("POST", "referrals", { LName: suite, NotPerson: "true" });
  await house.verb("practice", "network", referring, String(source.ReferralNum), suite);
  const link = await house.verb("person", "invite", "--public-url", house.base, "--organisation", suite, "--role", "provider", "--name", "Cal Reed", "cal@clements.example");
  const clinician = await joins(link);
  const made = await northside("POST", "refattaches", { PatNum: patient.PatNum, ReferralNum: source.ReferralNum, ReferralType: "RefTo", Note: "Lower left wisdom tooth, second infection" });

  const page = clinician.page;
  await until("the referral among those that have come", async () => {
    await page.goto(`${house.base}/work/inbound?show=open&q=Hollis`);
    return page.locator("table.work tbody a").count();
  });
  await page.locator("table.work tbody a").click();
  await heading(page, "Referral for Noah Hollis");
  const urn = new URL(page.url()).pathname.split("/").pop();
  await page.getByText("Lower left wisdom tooth, second infection").first().waitFor();
  await page.getByRole("link", { name: "01632 960 002" }).waitFor();
  await sound(page, "without a form");

  const [there] = await until("the patient in the provider's chart", async () => {
    const all = await clements("GET", "patients?LName=Hollis&FName=Noah&Birthdate=1979-11-30");
    return all.length > 0 && all;
  });
  const came = await clements("GET", `refattaches?PatNum=${there.PatNum}`);
  assert.deepEqual(came.map((one) => [one.ReferralType, one.referralName, one.Note]), [["RefFrom", referring, "Lower left wisdom tooth, second infection"]]);

  await treats(page, { outcome: "Treatment complete", actions: "Review the socket in a week", summary: "LL8 was removed, two roots" }, async (step) => {
    if (step === "booked") await until("Scheduled in the referrer's chart", async () => (await attachments(patient.PatNum))[0].RefToStatus === "Scheduled");
  });
  await page.getByText("The patient is discharged.").waitFor();
  await page.getByText("What the referrer has to do: Review the socket in a week").first().waitFor();
  saysFirst(await closed(patient.PatNum, urn), "Review the socket in a week", "LL8 was removed, two roots");
  assert.equal((await attachments(patient.PatNum))[0].RefAttachNum, made.RefAttachNum);
  const log = (await northside("GET", `commlogs?PatNum=${patient.PatNum}`)).map((one) => one.Note);
  assert.ok(log.some((note) => note.startsWith("Discharged: Treatment complete. To do: Review the socket in a week. LL8 was removed")), log.join("\n"));
  assert.equal((await refer(`referral_status?urn=${urn}`)).referral_status, "Discharged: Treatment complete");
  assert.match(await tracked(urn, patient.Birthdate), /finished/);
  assert.deepEqual(clinician.troubles, []);
  await clinician.context.close();
});

test("a specialist who has only the link answers on a telephone, from acceptance to discharge", async () => {
  const patient = await patientOf("Ines", "Vale", "1990-07-14");
  const form = await referrer.context.newPage(), desk = await triager.context.newPage();
  const urn = await submits(form, patient);
  await triages(desk, urn);
  await sends(desk, specialist, "They answer by a link");
  await press(desk, `Make a link for ${specialist}`);
  const link = await desk.locator("#link code").innerText();
  await sound(desk, "the page that shows a link");
  await Promise.all([form.close(), desk.close()]);

  const phone = await newVisitor(browser, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  const page = phone.page;
  await page.goto(link);
  await heading(page, "Referral for Ines Vale");
  await sound(page, "the link");
  await treats(page, { outcome: "Assessment and plan only", actions: "Extract LL8 in your practice", summary: "One root, no bone to remove" }, (step) => sound(page, `the link, ${step}`));
  await page.getByText("This link opens nothing any more").first().waitFor();
  await sound(page, "the link, ended");

  saysFirst(await closed(patient.PatNum, urn), "Extract LL8 in your practice", "One root, no bone to remove");
  assert.equal((await refer(`referral_status?urn=${urn}`)).referral_status, "Discharged: Assessment and plan only");
  assert.match(await tracked(urn, patient.Birthdate), /finished/);
  assert.deepEqual(phone.troubles, []);
  await phone.context.close();
});
});

test("nobody's browser complained, the server left nothing undone, and files and trails are whole", async () => {
  for (const one of [admin, triager, provider, referrer]) assert.deepEqual(one.troubles, []);
  assert.deepEqual(house.complaints(), []);
  assert.equal(await house.verb("jobs"), "Nothing is stuck.");
  await house.verb("documents", "check");
  const verified = (await house.verb("verify")).split("\n");
  assert.equal(verified.length, 3);
  for (const line of verified) assert.match(line, /: unbroken to entry [1-9]/);
});
