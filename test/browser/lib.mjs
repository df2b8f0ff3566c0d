// What the browser tests share: the server of their own, Debian's Chromium, and hands that fill a form in.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import assert from "node:assert/strict";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// The pages' server. RIG names its program, which `make browser` builds.
export async function startRig() {
  const program = spawn(process.env.RIG, { stdio: ["ignore", "pipe", "inherit"] });
  const [base] = await Promise.race([
    once(createInterface({ input: program.stdout }), "line"),
    once(program, "exit").then(() => { throw new Error("the server did not start"); }),
  ]);
  const ask = async (path, asked = {}) => {
    const answer = await fetch(`${base}/rig/${path}?${new URLSearchParams(asked)}`);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  // A call of the Dental Referrals API V2, as a practice's system makes it.
  const call = async (path, values) => {
    const answer = await fetch(`${base}/react4r/v2/${path}`, { method: values ? "POST" : "GET", headers: { Authorization: "Token token=42a42a42a42a424a2aa4" }, body: values && new URLSearchParams(values) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const prepare = async (form, more = {}) => {
    const made = await call("prepare_form", { ...(await ask("prefill", form ? { form } : {})), ...more });
    return { url: made.prepared_form_url, urn: made.urn };
  };
  const draft = async (form, more = {}) => call("save_draft", { ...(await ask("prefill", { form })), ...more });
  return { base, ask, call, prepare, draft, stop: async () => { program.kill("SIGTERM"); await once(program, "exit"); } };
}

// Chromium from Debian's package; playwright never brings one of its own.
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

// A browser of its own, as a user who has not been here: with what it complains about, and what it asked other servers for.
export async function newVisitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  context.setDefaultTimeout(30000);
  const troubles = [];
  context.on("weberror", (error) => troubles.push(String(error.error())));
  context.on("console", (message) => {
    // A page that answers with an error status is told of there too; those are what some tests are about.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) troubles.push(message.text());
  });
  context.on("request", (request) => {
    if (!/^(http:\/\/localhost:|about:|blob:|data:)/.test(request.url())) troubles.push(`asked ${request.url()}`);
  });
  return { context, troubles, page: await context.newPage() };
}

// The same, signed in as somebody of the rig's network, by their role.
export async function newColleague(browser, rig, network, role, options = {}) {
  const visitor = await newVisitor(browser, options);
  await visitor.context.addCookies([{ name: network.cookie, value: network.people[role], url: rig.base }]);
  return visitor;
}

// Opens a prepared form as its user does.
export async function open(page, url) {
  await page.goto(url);
  await page.getByRole("button", { name: "Open form" }).click();
  await page.waitForURL(/\/referrals\//);
}

// Answers a referral by its link as a specialist does; look is called on each state of the page.
export async function answering(page, url, look) {
  const act = (label) => page.locator("details.act", { has: page.locator("summary", { hasText: label }) });
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  await page.goto(url);
  await look("answer-new");
  await page.locator("details.act:not([open]) > summary").evaluateAll((all) => { for (const one of all) one.parentElement.open = true; });
  await look("answer-all-open");
  await page.locator('[id="T20.text"]').fill("Please send a recent radiograph first");
  await press("Decline the referral");
  await page.locator("#errors").waitFor();
  assert.equal(await page.locator('[id="T20.text"]').inputValue(), "Please send a recent radiograph first");
  await look("answer-errors");
  const second = await page.context().newPage();
  await second.goto(url);
  await press("Accept");
  await page.getByText("The referral is accepted. The").waitFor();
  await look("answer-accepted");
  await second.getByRole("button", { name: "Accept", exact: true }).click();
  await second.getByText("Since you opened the page").waitFor();
  await second.close();
  await act("Book an appointment").locator("summary").click();
  for (const [id, text] of [["T22.day", "9"], ["T22.month", "11"], ["T22.year", "2099"], ["T22.time", "14:30"]]) await page.locator(`[id="${id}"]`).fill(text);
  await press("Book");
  await page.getByText("The appointment is booked").waitFor();
  await look("answer-booked");
  await act("Discharge before treatment").locator("summary").click();
  await page.locator('[id="T32.outcome"]').selectOption("Patient declined");
  await press("Discharge the patient");
  await page.getByText("This link opens nothing any more").first().waitFor();
  await look("answer-ended");
}

const at = (page, id) => page.locator(`[id="${id}"]`);

async function tick(page, id) {
  const box = at(page, id);
  await box.waitFor({ state: "attached" });
  // What is folded away is unfolded first, as one does.
  for (const folded of await box.locator("xpath=ancestor::details[not(@open)]").all()) await folded.locator("summary").first().click();
  await box.check();
}

// Types one answer.
export async function type(page, field) {
  switch (field.kind) {
    case "choice":
      await page.locator(`select[id="${field.id}"], [id="${field.id}.${field.text}"]`).waitFor({ state: "attached" });
      if (await page.locator(`select[id="${field.id}"]`).count()) await at(page, field.id).selectOption(field.text);
      else await tick(page, `${field.id}.${field.text}`);
      return;
    case "yesno": case "iotn": return tick(page, `${field.id}.${field.text}`);
    case "confirm": return tick(page, field.id);
    case "choices": case "teeth": for (const item of field.list) await tick(page, `${field.id}.${item}`); return;
    case "date": {
      const [year, month, day] = field.text.split("-");
      await at(page, `${field.id}.day`).fill(String(Number(day)));
      await at(page, `${field.id}.month`).fill(String(Number(month)));
      await at(page, `${field.id}.year`).fill(year);
      return;
    }
    case "bpe": case "sbpe": for (const [part, code] of Object.entries(field.parts)) await at(page, `${field.id}.${part}`).selectOption(code); return;
    case "mdas": case "casemix": for (const [part, mark] of Object.entries(field.parts)) await tick(page, `${field.id}.${part}.${mark}`); return;
    case "history":
      for (const [id, detail] of Object.entries(field.parts)) {
        await tick(page, `${field.id}.${id}.tick`);
        if (detail) await at(page, `${field.id}.${id}`).fill(detail);
      }
      return;
    default: return at(page, field.id).fill(field.text);
  }
}

// Adds a file to a question.
export async function attach(page, id, kind, path, scripts = true) {
  if (kind === "radiograph") {
    await at(page, `${id}.new.day`).fill("20");
    await at(page, `${id}.new.month`).fill("10");
    await at(page, `${id}.new.year`).fill("2026");
    await at(page, `${id}.new.view`).selectOption("periapical");
  }
  await at(page, id).setInputFiles(path);
  const button = page.locator(`[data-upload="${id}"] button`);
  const name = path.split("/").pop();
  if (scripts) { await button.click(); await page.locator(`ul[data-files="${id}"]`).getByRole("link", { name }).first().waitFor(); }
  else { await Promise.all([page.waitForURL(/#/), button.click()]); await page.getByRole("link", { name }).first().waitFor(); }
}

// Fills a whole section in and goes on. Without scripts, questions appear when the page was saved.
export async function fillSection(page, typing, files, scripts = true) {
  const todo = [...typing.fields];
  for (const [id, kind] of Object.entries(typing.files)) await attach(page, id, kind, kind === "radiograph" ? files.radiograph : files.letter, scripts);
  for (let round = 0; round < 5; round++) {
    const later = [];
    for (const field of todo) {
      const question = page.locator(`[data-question="${field.id}"]`);
      if (!scripts && !(await question.isVisible())) { later.push(field); continue; }
      await question.waitFor({ state: "visible" });
      await type(page, field);
    }
    const here = page.url();
    await page.getByRole("button", { name: "Save and continue" }).last().click();
    await page.waitForLoadState("load");
    if (later.length === 0) {
      if (page.url() === here && (await page.locator("#errors").count())) assert.fail(`${typing.section}: ${await page.locator("#errors").innerText()}`);
      return;
    }
    todo.splice(0, todo.length, ...later);
  }
}

// Everything that axe-core finds on the page as it is, against WCAG 2.2 AA.
export async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), tags);
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any?.[0]?.message ?? n.failureSummary}`).join(" | ")}`);
}

// How far the page is wider than the window.
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Follows a link of the head, which is there for who is signed in.
export const ownPage = (page, name) => page.getByRole("navigation", { name: "Your pages" }).getByRole("link", { name, exact: true }).click();

// An authenticator that unlocks itself, for the pages of one browser: what a phone or a security key is to a person.
export async function withAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
}

// The first administrator sets the server up, signs in in each way, and invites a colleague, who comes in a browser of their own;
// look is called on each state of the pages.
export async function peoplesTour(rig, page, guest, look) {
  const phrase = "violet kettle under eleven clouds", email = "ada.quill@northside.example";
  const field = (id) => page.locator(`[id="${id}"]`);
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const heading = (name, on = page) => on.getByRole("heading", { name, level: 1 }).waitFor();
  // Whoever signs in comes to the list of their role; the people are a link away.
  const toPeople = async (on = page) => { await ownPage(on, "People"); await heading("People of Northside Dental", on); };
  await withAuthenticator(page);

  await page.goto((await rig.ask("set-up")).url);
  await look(page, "set-up");
  await field("organisation").fill("Northside Dental");
  await field("name").fill("Ada Quill");
  await field("email").fill(email);
  await field("password").fill("password1234");
  await press("Set up and sign in");
  await page.locator("#errors").waitFor();
  await look(page, "set-up-errors");
  await field("password").fill(phrase);
  await press("Set up and sign in");
  await heading("Your account");
  await look(page, "account-new");

  await page.getByText("Set it up", { exact: true }).click();
  await field("factor.current").fill(phrase);
  await press("Continue");
  await heading("Set up an authenticator app");
  await look(page, "authenticator");
  const secret = (await page.locator("code.secret").innerText()).replace(/\s/g, "");
  const code = () => rig.ask("code", { secret });
  await field("code").fill("000000");
  await press("Turn it on");
  await page.locator("#errors").waitFor();
  await look(page, "authenticator-error");
  await field("code").fill(await code());
  await press("Turn it on");
  await heading("Keep your recovery codes");
  await look(page, "recovery-codes");
  const recovery = await page.locator(".codes code").first().innerText();
  await page.getByRole("link", { name: "I have kept them" }).click();
  await rig.ask("pass", { time: "1m" });

  const signOut = async () => { await press("Sign out"); await page.getByText("You are signed out.").waitFor(); };
  const password = async () => { await field("email").fill(email); await field("password").fill(phrase); await press("Sign in"); await heading("Enter a code"); };
  await signOut();
  await look(page, "sign-in-out");
  await field("email").fill(email);
  await field("password").fill("something else");
  await press("Sign in");
  await page.locator("#errors").waitFor();
  await look(page, "sign-in-error");
  await password();
  await look(page, "code");
  await field("code").fill("000000");
  await press("Continue");
  await page.locator("#errors").waitFor();
  await look(page, "code-error");
  await field("code").fill(await code());
  await press("Continue");
  await toPeople();
  await look(page, "people-alone");

  await page.goto(`${rig.base}/account`);
  await signOut();
  await password();
  await field("code").fill(recovery.toLowerCase());
  await press("Continue");
  await toPeople();

  await page.goto(`${rig.base}/account`);
  await page.getByText("9 of your recovery codes are left").waitFor();
  await page.getByText("Add a passkey", { exact: true }).first().click();
  await field("passkey.name").fill("The surgery’s computer");
  await field("passkey.current").fill("not it");
  await press("Add a passkey");
  await page.getByText("This is not your password").waitFor();
  await look(page, "passkey-error");
  await field("passkey.current").fill(phrase);
  await press("Add a passkey");
  await page.getByText("The passkey is added").waitFor();
  await look(page, "account-passkey");
  await signOut();
  await press("Sign in with a passkey");
  await toPeople();

  await page.locator("details.invite:not([open]) > summary").evaluateAll((all) => { for (const one of all) one.click(); });
  await press("Make a link");
  await page.locator("#errors").waitFor();
  await look(page, "people-errors");
  await field("name").fill("Bo Lund");
  await field("email").fill("bo.lund@northside.example");
  await field("role").selectOption("referrer");
  await press("Make a link");
  await page.getByRole("heading", { name: "Send this link to Bo Lund" }).waitFor();
  await look(page, "people-link");
  const link = await page.locator("code.secret").innerText();
  await page.getByRole("link", { name: "Invitations that wait 1" }).click();
  await heading("Invitations of Northside Dental");
  await look(page, "invitations");
  await guest.goto(link);
  await look(guest, "invitation");
  await guest.locator('[id="password"]').fill("seven damp lanterns hum quietly");
  await guest.getByRole("button", { name: "Accept and sign in" }).click();
  await heading("Your account", guest);
  await guest.goto(`${rig.base}/people`);
  await look(guest, "people-refused");
  await guest.goto(link);
  await look(guest, "invitation-used");

  await page.goto(`${rig.base}/people`);
  await page.getByText("Bo Lund").first().waitFor();
  await look(page, "people");
  // What can be done is no column on paper.
  const shown = async (head) => page.getByRole("columnheader", { name: head }).isVisible();
  assert.equal(await shown("What can be done"), true);
  await page.emulateMedia({ media: "print" });
  assert.equal(await shown("What can be done"), false);
  assert.equal(await shown("Sign-in"), true);
  await page.emulateMedia({ media: null });
  await page.goto(`${rig.base}/people?role=referrer&order=seen`);
  await page.getByText("Bo Lund").first().waitFor();
  assert.equal(await page.getByText("Ada Quill (you)").count(), 0);
  await look(page, "people-narrowed");
  await page.goto(`${rig.base}/people/invitations`);
  await page.getByText("No invitation waits").waitFor();
  await look(page, "invitations-none");
  await page.goto(`${rig.base}/people`);
  await page.getByRole("button", { name: "New password for Bo Lund" }).click();
  await page.getByRole("heading", { name: "Send this link to Bo Lund" }).waitFor();
  const reset = await page.locator("code.secret").innerText();
  await guest.context().clearCookies();
  await guest.goto(reset);
  await look(guest, "new-password");
  await guest.goto(`${rig.base}/sign-in`);
  await guest.locator('[id="email"]').fill("bo.lund@northside.example");
  await guest.locator('[id="password"]').fill("seven damp lanterns hum quietly");
  await guest.getByRole("button", { name: "Sign in", exact: true }).click();
  await heading("Referrals", guest).catch(() => guest.waitForURL((at) => at.pathname !== "/sign-in"));

  // A second browser of Ada's, by its list of sessions.
  const other = await page.context().browser().newContext({ locale: "en-GB" });
  const second = await other.newPage();
  await second.goto(`${rig.base}/sign-in`);
  await rig.ask("pass", { time: "1m" });
  await second.locator('[id="email"]').fill(email);
  await second.locator('[id="password"]').fill(phrase);
  await second.getByRole("button", { name: "Sign in", exact: true }).click();
  await second.locator('[id="code"]').fill(await code());
  await second.getByRole("button", { name: "Continue" }).click();
  await toPeople(second);
  await page.goto(`${rig.base}/account`);
  assert.equal(await page.locator("section[aria-labelledby='s.sessions'] .lines > li").count(), 2);
  await look(page, "account-sessions");
  await page.getByRole("button", { name: /^Sign out Chrome/ }).click();
  await page.getByText("The session is ended.").waitFor();
  await second.goto(`${rig.base}/people`);
  await second.getByRole("heading", { name: "You are signed out" }).waitFor();
  await look(second, "signed-out-person");
  await other.close();
  await page.getByText("Change the password", { exact: true }).first().click();
  await field("password.current").fill(phrase);
  await field("password.password").fill("ada quill forever and ever");
  await press("Change the password");
  await page.locator("#errors").waitFor();
  await look(page, "account-error");
}

// Makes a browser one of the directory's people: chief, triager, hospital or referrer.
export async function become(rig, context, name) {
  await context.clearCookies();
  await context.addCookies([{ name: "bridgework-person", value: name, url: rig.base }]);
}

// Goes through the directory's pages and their states; look is called on each.
export async function directoryPages(rig, context, page, at, look) {
  const see = async (name, path) => { await page.goto(rig.base + path); await look(name); };
  await become(rig, context, "referrer");
  await see("conformance", "/conformance");
  await see("directory-referrer", "/directory");
  await see("organisation-referrer", at.hospital);
  await become(rig, context, "chief");
  await see("directory", "/directory?order=wait");
  await see("directory-nothing", "/directory?q=nowhere");
  await see("organisation", at.hospital);
  await see("organisation-empty", at.clinic);
  await see("services", `${at.hospital}/services`);
  await see("services-nothing", `${at.hospital}/services?q=nowhere&state=closed`);
  await see("clinicians", `${at.hospital}/clinicians?order=-name`);
  await see("organisation-edit", `${at.hospital}/edit`);
  await page.locator("#Name").fill("");
  await page.locator("#Email").fill("nobody");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("#errors").waitFor();
  await look("organisation-errors");
  await see("organisation-new", "/directory/new");
  await see("service-edit", at.service);
  await page.locator('[name="FormTypes"]').evaluateAll((all) => { for (const one of all) one.checked = false; });
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("#errors").waitFor();
  await look("service-errors");
  await page.goto(rig.base + at.service);
  const second = await context.newPage();
  await second.goto(rig.base + at.service);
  await second.locator("#WaitDays").fill(String(Number(await second.locator("#WaitDays").inputValue()) + 1));
  await second.getByRole("button", { name: "Save" }).click();
  await second.getByText("The change is saved").waitFor();
  await second.close();
  await page.locator("#Capacity").fill("44");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody else has changed this").waitFor();
  await look("service-overtaken");
  await see("clinician-edit", at.clinician);
  await see("import", "/directory/import");
  const choose = async (text) => {
    await page.goto(`${rig.base}/directory/import`);
    await page.locator("#file").setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Show what it changes" }).click();
  };
  await choose("Kind,Organisation,Name,Treats,Capacity,Hours\norganisation,,Dale Clinic,yes,,Mondays\nservice,County Hospital,Endodontics,,55,\n");
  await page.getByText("1 new").waitFor();
  await look("import-preview");
  await choose("Kind,Organisation,Name,Treats\norganisation,,Dale Clinic,maybe\nservice,Nowhere,Endodontics,\nhospital,,A,\n");
  await page.locator("#errors").waitFor();
  await look("import-errors");
  await see("areas", "/areas");
  await see("area", "/areas/1");
  await see("area-edit", "/areas/1/edit");
  await see("waiting-lists", "/areas/1/lists");
  await see("list-edit", at.list);
  await see("routes", "/routes");
  await see("routes-filtered", "/routes?does=suggests&order=name");
  await see("capacity-narrowed", "/work/capacity?state=places&order=provider");
  await see("list-misasked", "/work/capacity?state=ajar&order=size");
  await see("routes-tried", "/routes?try=1&area=1&form=EndodonticForm&age=40&tier=2");
  await see("routes-none", "/routes?try=1&area=1&form=OrthodonticForm&age=12&facility=cbct");
  await see("route-edit", at.route);
  await see("route-new", "/routes/new");
}
