// Makes pictures of all pages and states, and one contact sheet of them: `make screenshots`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { startRig, startBrowser, newVisitor, open, type, attach, answering, directoryPages, peoplesTour } from "./lib.mjs";

const out = process.env.SHOTS || "screenshots";
mkdirSync(out, { recursive: true });
const rig = await startRig(), desk = await startRig(), browser = await startBrowser(), files = await rig.ask("samples"), network = await rig.ask("directory");
const only = process.env.ONLY ? process.env.ONLY.split(",") : null;
const looks = [[320, "light"], [390, "light"], [390, "dark"], [1280, "light"], [1280, "dark"]];
const shots = [];

// One look at all pages: each state is made by the hands of a user, and pictured as it then is.
async function tour(width, scheme) {
  const { page, context } = await newVisitor(browser, { viewport: { width, height: width < 600 ? 780 : 900 }, colorScheme: scheme, hasTouch: width < 600 });
  const shoot = async (name) => {
    if (only && !only.includes(name)) return;
    const file = `${name}-${width}-${scheme}.png`;
    await page.screenshot({ path: `${out}/${file}`, fullPage: true });
    shots.push({ name, width, scheme, file });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) console.log(`${file} is ${wide} px wider than its window`);
  };
  const prepared = await rig.prepare("AdultRestorativeForm", { files_ready_webhook_url: "https://practice.example.org/ready" });
  await page.goto(prepared.url);
  await shoot("landing");
  await open(page, prepared.url);
  await shoot("tasks-new");
  const go = (part) => page.goto(`${rig.base}/referrals/${prepared.urn}${part}`);
  await go("/sections/patient");
  await shoot("section-patient");
  await page.locator('[id="patient_dob.day"]').fill("31");
  await page.locator('[id="patient_dob.month"]').fill("02");
  await page.getByRole("button", { name: "Save and continue" }).last().click();
  await shoot("section-errors");
  await go("/sections/restorative_problem");
  for (const answer of [{ id: "problems", kind: "choices", list: ["tooth_wear", "dental_trauma"] }, { id: "teeth_concerned", kind: "teeth", list: ["16", "11", "21", "36"] }, { id: "bpe", kind: "bpe", parts: { UR: "2", UA: "1", UL: "3", LR: "4*", LA: "2", LL: "-" } }]) await type(page, answer);
  await page.locator('[data-question="tooth_wear_kind"]').waitFor({ state: "visible" });
  await shoot("section-teeth");
  await go("/sections/medical_history");
  await type(page, { id: "mh_conditions", kind: "history", parts: { heart: "Pacemaker since 2019, checked each year", diabetes: "Type 2, HbA1c 52", asthma_or_copd: "" } });
  await type(page, { id: "antithrombotic", kind: "choice", text: "warfarin_or_other_vka" });
  await page.locator('[data-question="inr"]').waitFor({ state: "visible" });
  await shoot("section-history");
  await go("/sections/attachments");
  await attach(page, "radiographs", "radiograph", files.radiograph);
  await attach(page, "other_files", "other", files.letter);
  await type(page, { id: "correct_patient", kind: "confirm" });
  await shoot("section-files");
  await go("");
  await shoot("tasks-going");
  await go("/check");
  await shoot("check-errors");
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/attachments`);
  await type(page, { id: "correct_patient", kind: "confirm" });
  await page.getByRole("button", { name: "Save and return to the list" }).click();
  await rig.ask("fill", { urn: prepared.urn });
  await go("/check");
  await shoot("check");
  await go("/send");
  await shoot("declaration");
  for (const id of ["consent_referral", "nhs_charges", "correct"]) await type(page, { id, kind: "confirm" });
  await page.getByRole("button", { name: "Send the referral" }).last().click();
  await page.getByRole("heading", { name: "The referral is sent" }).waitFor();
  await shoot("sent");
  await rig.ask("dead", { urn: prepared.urn });
  await go("");
  await shoot("sent-documents");
  await page.goto(`${rig.base}/track`);
  await shoot("track");
  await page.getByRole("button", { name: "Find the referral" }).click();
  await shoot("track-errors");
  for (const [id, text] of [["urn", prepared.urn], ["day", "23"], ["month", "9"], ["year", "1990"]]) await page.locator(`[id="${id}"]`).fill(text);
  await page.getByRole("button", { name: "Find the referral" }).click();
  await page.getByRole("heading", { name: "Your referral" }).waitFor();
  await shoot("tracked");
  await answering(page, (await rig.ask("answer-link", { urn: prepared.urn })).url, shoot);
  for (const [form, section, name] of [["OrthodonticForm", "need", "section-iotn"], ["SpecialCareSedationForm", "reasons", "section-casemix"], ["SpecialCareSedationForm", "iosn", "section-mdas"], ["ChildOralCareForm", "reason", "section-child"]]) {
    const other = await rig.prepare(form);
    await open(page, other.url);
    await rig.ask("fill", { urn: other.urn });
    if (section === "iosn") {
      await page.goto(`${rig.base}/referrals/${other.urn}/sections/anaesthesia`);
      await type(page, { id: "anaesthesia", kind: "choice", text: "iv_sedation" });
      await page.locator("[data-question=escort]").waitFor({ state: "visible" });
    }
    await page.goto(`${rig.base}/referrals/${other.urn}/sections/${section}`);
    if (section === "need") { await type(page, { id: "iotn_known", kind: "yesno", text: "yes" }); await page.locator("[data-question=iotn_dhc]").waitFor({ state: "visible" }); await type(page, { id: "iotn_dhc", kind: "iotn", text: "4d" }); await page.waitForTimeout(700); }
    await shoot(name);
  }
  const free = await rig.prepare();
  await open(page, free.url);
  await shoot("choose");
  await page.getByRole("button", { name: "Continue" }).click();
  await shoot("choose-error");
  await rig.draft("EndodonticForm", { patient_first_name: "Idris", patient_last_name: "Morgan" });
  await page.goto(`${rig.base}/referrals`);
  await shoot("dashboard");
  await page.goto(`${rig.base}/referrals?show=drafts`);
  await shoot("dashboard-drafts");
  await page.goto(`${rig.base}/referrals?q=nobody+at+all`);
  await shoot("dashboard-empty");
  await page.goto(`${rig.base}/referrals/NOR9999999`);
  await shoot("not-found");
  await page.goto((await rig.ask("sign-in")).url);
  await shoot("sign-in");
  const late = await rig.prepare("EndodonticForm");
  await open(page, late.url);
  await page.goto(`${rig.base}/referrals/${late.urn}/sections/gp`);
  await page.locator("#gp_practice").fill("The Surgery, Leeds");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save and return to the list" }).click();
  await shoot("signed-out");
  await page.goto(late.url);
  await shoot("link-used");
  await directoryPages(rig, context, page, network, shoot);
  await context.close();
}

// The same of what those see who work on referrals, on a server that has their network alone.
async function tourOfWork(width, scheme) {
  const network = await desk.ask("network");
  if (!tourOfWork.urns) {
    tourOfWork.form = await desk.ask("submit");
    tourOfWork.urns = await desk.ask("arrive", { count: 14 });
    for (const [i, to] of ["sent", "accepted", "booked", "asked", "listed"].entries()) await desk.ask("stage", { urn: tourOfWork.urns[i], to });
  }
  const { form, urns } = tourOfWork;
  for (const [role, pages] of Object.entries({
    triager: [["work-triage", "/work/triage"], ["work-nothing", "/work/triage?q=nobody"], ["work-capacity", "/work/capacity"], ["case-triage", `/referrals/${form}`], ["work-allocate", `/work/allocate?urn=${urns[6]}&urn=${urns[7]}`], ["case-version", `/referrals/${form}/versions/1`]],
    approver: [["work-approvals", "/work/approvals"]], provider: [["work-inbound", "/work/inbound"], ["case-provider", `/referrals/${urns[2]}`]],
    referrer: [["work-outbound", "/work/outbound"], ["work-new", "/work/new"], ["case-referrer", `/referrals/${urns[3]}`]], administrator: [["work-area", "/work/area?show=waiting"], ["case-administrator", `/referrals/${urns[4]}`]],
  })) {
    const { page, context } = await newVisitor(browser, { viewport: { width, height: width < 600 ? 780 : 900 }, colorScheme: scheme, hasTouch: width < 600 });
    await context.addCookies([{ name: network.cookie, value: network.people[role], url: desk.base }]);
    for (const [name, path] of pages) {
      if (only && !only.includes(name)) continue;
      await page.goto(desk.base + path);
      await page.waitForLoadState("load");
      const file = `${name}-${width}-${scheme}.png`;
      await page.screenshot({ path: `${out}/${file}`, fullPage: true });
      shots.push({ name, width, scheme, file });
    }
    await context.close();
  }
}

// People, on a server where nobody is yet.
async function tourOfPeople(width, scheme) {
  const look = { viewport: { width, height: width < 600 ? 780 : 900 }, colorScheme: scheme };
  const fresh = await startRig(), host = await newVisitor(browser, look), guest = await newVisitor(browser, look);
  await peoplesTour(fresh, host.page, guest.page, async (on, name) => {
    if (only && !only.includes(name)) return;
    const file = `${name}-${width}-${scheme}.png`;
    await on.screenshot({ path: `${out}/${file}`, fullPage: true });
    shots.push({ name, width, scheme, file });
  });
  await host.context.close();
  await guest.context.close();
  await fresh.stop();
}

for (const [width, scheme] of looks) {
  if (process.env.TOURS !== "people") await tour(width, scheme);
  if (process.env.TOURS !== "people") await tourOfWork(width, scheme);
  await tourOfPeople(width, scheme);
}
const names = [...new Set(shots.map((s) => s.name))];
const cell = ({ file, width, scheme }) => `<figure><img src="data:image/png;base64,${readFileSync(`${out}/${file}`).toString("base64")}" style="width:${width < 600 ? 150 : 420}px"><figcaption>${width} ${scheme}</figcaption></figure>`;
const sheet = `<!doctype html><meta charset="utf-8"><title>All pages</title><style>body{font:12px sans-serif;background:#888}h2{margin:12px 0 4px}div{display:flex;gap:8px;align-items:flex-start}figure{margin:0;background:#fff;padding:4px}img{display:block;max-height:700px;object-fit:cover;object-position:top}</style>`
  + names.map((name) => `<h2>${name}</h2><div>${shots.filter((s) => s.name === name).map(cell).join("")}</div>`).join("");
writeFileSync(`${out}/all.html`, sheet);
const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
await page.setContent(sheet);
await page.screenshot({ path: `${out}/all.png`, fullPage: true });
await browser.close();
await Promise.all([rig.stop(), desk.stop()]);
console.log(`${shots.length} pictures are in ${out}, and all of them in ${out}/all.html`);
