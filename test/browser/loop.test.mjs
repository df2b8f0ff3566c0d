// The closed loop, against the real program and its real clock: from a referral to the letter in the chart of who referred. Four
// people in four browsers, a practice's Open Dental client, a practice's referral system, a specialist who has only a link, and
// the patient.
import { after, before, test } from "node:test";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import assert from "node:assert/strict";
import { fillSection, newVisitor, open, overflow, startBrowser, type, violations } from "./lib.mjs";
import { newHouse, textOf, until } from "./house.mjs";

const centre = "Dales Referral Centre", referring = "Northside Dental", hospital = "County Oral Surgery", suite = "St Clements Dental Suite", specialist = "Mill Lane Specialists";
const phrase = "violet kettle under eleven clouds";

let house, browser, radiograph;
let admin, triager, provider, referrer; // each in a browser of their own
let northside, clements, refer; // the practices' systems: two of the Open Dental API, one of V2

// A day near today, as the server's clock and this one have it.
function day(add = 0) {
  const at = new Date(Date.now() + add * 86400000);
  return { day: String(at.getDate()), month: String(at.getMonth() + 1), year: String(at.getFullYear()) };
}
const iso = (add = 0) => { const { day: d, month, year } = day(add); return `${year}-${month.padStart(2, "0")}-${d.padStart(2, "0")}`; };

// The page as it is can be used by everybody, and fits its window.
async function sound(page, name) {
  assert.deepEqual(await violations(page), [], name);
  assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading of the first level`);
}

const heading = (page, name) => page.getByRole("heading", { name, level: 1 }).waitFor();
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

// What is done about a referral on its page: the move's part is opened where it is closed, filled in and sent.
async function act(page, move, button, fields = {}) {
  const part = page.locator(`[id="act.${move}"]`);
  if (!(await part.evaluate((one) => one.open))) await part.locator("summary").first().click();
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
  await press(page, "Show");
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
  refer = house.referrals(await house.key("--practice", referring, "--dental-referrals"));

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
  await page.locator('[id="act.T11"]').evaluate((one) => { one.open = true; });
  await page.locator('[id="act.T11"]').getByLabel(to).check();
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
  // On the appointment's day the assessment is taken. Two minutes before midnight that day is tomorrow.
  await until("the day of the appointment", async () => {
    await act(page, "T27", "Note the assessment");
    await page.waitForLoadState();
    return page.getByText("The assessment is noted.").count();
  }, 150000);
  await look("assessed");
  await act(page, "T28", "Begin treatment");
  await page.getByText("Treatment has begun.").waitFor();
  await act(page, "T31", "Discharge the patient", outcome);
}

// The chart of the referring practice: the referral is complete, and the letter is among the patient's documents, and says first what
// is to be done. It answers with the letter's text.
async function closed(patient, urn, actions) {
  const done = await until(`${urn} complete in the chart`, async () => (await attachments(patient)).find((one) => one.RefToStatus === "Complete"));
  assert.equal(done.ReferralType, "RefTo");
  assert.equal(done.DateProcComplete, iso());
  const [letter, ...more] = await until("the letter", async () => { const all = await northside("GET", `documents?PatNum=${patient}`); return all.length && all; });
  assert.deepEqual(more, []);
  assert.equal(letter.Description, `Letter on the referral ${urn}`);
  return letter;
}

async function letterText(doc) {
  const answer = await fetch(`${house.base}/api/v1/documents/${doc.DocNum}/content`, { headers: { Authorization: northside.authorization } });
  assert.equal(answer.status, 200);
  return textOf(house, Buffer.from(await answer.arrayBuffer()));
}

const patientOf = async (FName, LName, Birthdate) => northside("POST", "patients", { FName, LName, Birthdate });

test("a form is sent, asked about, answered, allocated, treated and discharged, and the loop closes", async () => {
  const patient = await patientOf("Zofia", "Marsh", "1985-03-03");
  const urn = await submits(referrer.page, patient);
  assert.match(urn, /^NSD/);

  await triages(triager.page, urn);
  await sound(triager.page, "triage");
  await act(triager.page, "T08", "Ask the referrer", { reason: "no_radiograph", text: "Please send a periapical of the lower left wisdom tooth" });
  await triager.page.getByText("The referrer is asked.").waitFor();
  assert.equal((await refer(`referral_status?urn=${urn}`)).referral_status, "Returned: More Information Required");
});
