// Every page and state: what axe-core finds, what a keyboard reaches, what fits on a small screen, and what becomes of
// what was typed when something goes wrong.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { startRig, startBrowser, newVisitor, open, type, attach, answering, violations, overflow } from "./lib.mjs";

let rig, browser, files;
before(async () => { rig = await startRig(); browser = await startBrowser(); files = await rig.ask("samples"); });
after(async () => { await browser?.close(); await rig?.stop(); });

const at = (page, id) => page.locator(`[id="${id}"]`);
const save = (page) => page.getByRole("button", { name: "Save and continue" }).last().click();

async function sound(page, name) {
  assert.deepEqual(await violations(page), [], name);
  assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading of the first level`);
  assert.equal(await page.locator("html").getAttribute("lang"), "en-GB");
}

async function declare(page) {
  for (const id of ["consent_referral", "nhs_charges", "correct"]) await type(page, { id, kind: "confirm" });
  await page.getByRole("button", { name: "Send the referral" }).last().click();
}

for (const [width, colorScheme] of [[320, "light"], [1280, "dark"]]) {
  test(`every page and state is sound at ${width} pixels, ${colorScheme}`, async () => {
    const { context, page, troubles } = await newVisitor(browser, { viewport: { width, height: 800 }, colorScheme });
    const prepared = await rig.prepare("AdultRestorativeForm", { files_ready_webhook_url: "https://practice.example.org/ready" });
    const go = (part) => page.goto(`${rig.base}/referrals/${prepared.urn}${part}`);
    await page.goto(prepared.url);
    await sound(page, "landing");
    await open(page, prepared.url);
    await sound(page, "task list");
    for (const section of ["referral", "patient", "medical_history", "restorative_problem", "appropriateness", "attachments"]) {
      await go(`/sections/${section}`);
      await sound(page, section);
      if (section === "attachments") { await attach(page, "radiographs", "radiograph", files.radiograph); await attach(page, "other_files", "other", files.letter); await sound(page, "attached files"); }
      if (section === "restorative_problem") { await page.locator("details").evaluateAll((all) => { for (const one of all) one.open = true; }); await sound(page, "the whole mouth"); }
      await save(page);
      if (await page.locator("#errors").count()) await sound(page, `${section} with errors`);
    }
    await go("/check");
    await sound(page, "check with errors");
    await go("/sections/attachments");
    await type(page, { id: "correct_patient", kind: "confirm" });
    await page.getByRole("button", { name: "Save and return to the list" }).click();
    await page.waitForURL(/\/referrals\/[A-Z0-9]+$/);
    await rig.ask("fill", { urn: prepared.urn });
    await go("/check");
    await sound(page, "check");
    await page.getByRole("link", { name: "Continue to the declaration" }).click();
    await sound(page, "declaration");
    await page.getByRole("button", { name: "Send the referral" }).last().click();
    await page.locator("#errors").waitFor();
    await sound(page, "declaration with errors");
    await declare(page);
    await page.getByRole("heading", { name: "The referral is sent" }).waitFor();
    await sound(page, "confirmation");
    await rig.ask("dead", { urn: prepared.urn });
    await go("");
    await sound(page, "confirmation with documents");
    for (const [path, name] of [["/referrals", "list"], ["/referrals?show=drafts", "list of drafts"], ["/referrals?q=nobody", "nothing found"], ["/referrals/NOR9999999", "not there"]]) {
      await page.goto(rig.base + path);
      await sound(page, name);
    }
    await page.goto(`${rig.base}/track`);
    await sound(page, "tracker");
    await page.getByRole("button", { name: "Find the referral" }).click();
    await page.locator("#errors").waitFor();
    await sound(page, "tracker with errors");
    for (const [id, text] of [["urn", prepared.urn], ["day", "23"], ["month", "9"], ["year", "1990"]]) await at(page, id).fill(text);
    await page.getByRole("button", { name: "Find the referral" }).click();
    await page.getByRole("heading", { name: "Your referral" }).waitFor();
    await sound(page, "tracked referral");
    await answering(page, (await rig.ask("answer-link", { urn: prepared.urn })).url, (name) => sound(page, name));
    for (const [form, section] of [["OrthodonticForm", "need"], ["SpecialCareSedationForm", "reasons"], ["SpecialCareSedationForm", "iosn"], ["ChildOralCareForm", "reason"]]) {
      const other = await rig.prepare(form);
      await open(page, other.url);
      await rig.ask("fill", { urn: other.urn });
      if (section === "iosn") {
        await page.goto(`${rig.base}/referrals/${other.urn}/sections/anaesthesia`);
        await type(page, { id: "anaesthesia", kind: "choice", text: "iv_sedation" });
        await page.locator("[data-question=escort]").waitFor({ state: "visible" });
      }
      await page.goto(`${rig.base}/referrals/${other.urn}/sections/${section}`);
      if (section === "need") { await type(page, { id: "iotn_known", kind: "yesno", text: "yes" }); await page.locator("[data-question=iotn_dhc]").waitFor({ state: "visible" }); }
      await sound(page, `${form}, ${section}`);
      await page.goto(`${rig.base}/referrals/${other.urn}/sections/${section}?judge=1`);
      await sound(page, `${form}, ${section}, judged`);
    }
    const free = await rig.prepare();
    await open(page, free.url);
    await sound(page, "choice of the form");
    await page.getByRole("button", { name: "Continue" }).click();
    await sound(page, "no form chosen");
    await page.goto((await rig.ask("sign-in")).url);
    await sound(page, "sign in");
    await page.goto(`${rig.base}/referrals/${free.urn}`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await sound(page, "signed out");
    await page.goto(free.url);
    await sound(page, "link used");
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("targets are large enough for a finger at 320 pixels", async () => {
  const { context, page } = await newVisitor(browser, { viewport: { width: 320, height: 700 }, hasTouch: true });
  const prepared = await rig.prepare("AdultRestorativeForm");
  await open(page, prepared.url);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/restorative_problem`);
  await page.locator("details").evaluateAll((all) => { for (const one of all) one.open = true; });
  const small = await page.locator("label.tooth, label.tick, label.mark, select, summary, button:not(.visually-hidden)").evaluateAll((all) => all.filter((e) => e.offsetParent).map((e) => [e.innerText.trim(), e.getBoundingClientRect()]).filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text));
  assert.deepEqual(small, []);
  await page.locator("label.tooth", { hasText: "UR6" }).first().tap();
  assert.equal(await at(page, "teeth_concerned.16").isChecked(), true);
  assert.match(await page.locator("[data-picker=teeth_concerned] [data-chosen]").innerText(), /UR6 \(16\)/);
  await context.close();
});

test("a form is begun, filled in and saved with the keyboard alone", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("AdultRestorativeForm");
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const tabTo = async (wanted, key = "Tab") => {
    for (let i = 0; i < 120; i++) { if ((await focused()) === wanted) return; await page.keyboard.press(key); }
    assert.fail(`${wanted} is not reached`);
  };
  await page.goto(prepared.url);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await tabTo("Open form");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/referrals\//);
  await tabTo("Restorative problem");
  await page.keyboard.press("Enter");
  await page.waitForURL(/restorative_problem/);
  await tabTo("problems.tooth_wear");
  await page.keyboard.press("Space");
  await page.locator("[data-question=tooth_wear_kind]").waitFor({ state: "visible" });
  await tabTo("teeth_concerned.16");
  const outline = await page.locator("label.tooth", { has: at(page, "teeth_concerned.16") }).evaluate((e) => getComputedStyle(e).outlineWidth);
  assert.notEqual(outline, "0px", "the focus is seen");
  await page.keyboard.press("Space");
  await tabTo("bpe.UR");
  await page.keyboard.type("3");
  await tabTo("tooth_wear_kind.erosion");
  await page.keyboard.press("Space");
  await tabTo("mouth_opening.over_35_mm");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.equal(await at(page, "mouth_opening.25_35_mm").isChecked(), true);
  await tabTo("Save and return to the list");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/referrals\/[A-Z0-9]+$/);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/restorative_problem`);
  assert.equal(await at(page, "teeth_concerned.16").isChecked(), true);
  assert.equal(await at(page, "bpe.UR").inputValue(), "3");
  await context.close();
});

test("the error summary is where reading begins, and each of its links leads to an input", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("AdultRestorativeForm");
  await open(page, prepared.url);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/restorative_problem`);
  await type(page, { id: "bpe", kind: "bpe", parts: { UR: "3" } });
  await save(page);
  await page.waitForFunction(() => document.title.startsWith("Error: ") && document.activeElement.id === "errors"); // once the page that answers is there
  const links = await page.locator("#errors a").all();
  assert.ok(links.length > 5);
  for (const link of links) {
    const to = (await link.getAttribute("href")).slice(1);
    await link.click();
    assert.equal(await page.evaluate(() => document.activeElement.id), to);
    assert.ok(await page.evaluate(() => { const box = document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }), `${to} is in sight`);
  }
  assert.equal(await at(page, "bpe.UR").inputValue(), "3");
  assert.equal(await page.locator("[role=alert]").count(), 0, "what has the focus is not said a second time");
  await context.close();
});

test("what is typed is saved by itself, and leaving loses nothing", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("EndodonticForm");
  await open(page, prepared.url);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/gp`);
  await at(page, "gp_practice").fill("The Old Surgery");
  await page.locator("[data-saved]", { hasText: "Saved at" }).waitFor();
  const tab = await context.newPage();
  await tab.goto(`${rig.base}/referrals/${prepared.urn}/sections/gp`);
  assert.equal(await at(tab, "gp_practice").inputValue(), "The Old Surgery");
  await context.close();
});

test("a session that ends loses nothing that was typed", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("EndodonticForm");
  await open(page, prepared.url);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/dental_history`);
  await context.clearCookies();
  await at(page, "presenting_complaint").fill("First line\nsecond <line> & more");
  await page.locator("[data-saved]", { hasText: "signed out" }).waitFor();
  await page.getByRole("button", { name: "Save and return to the list" }).click();
  await page.getByRole("heading", { name: "what you typed is still here" }).waitFor();
  await sound(page, "signed out with what was typed");
  const tab = await context.newPage();
  await tab.goto((await rig.ask("sign-in")).url);
  await tab.getByRole("button", { name: "Open the list" }).click();
  await tab.getByRole("heading", { name: "Referrals" }).waitFor();
  await page.getByRole("button", { name: "Save what I typed" }).click();
  await page.waitForURL(/\/referrals\/[A-Z0-9]+$/);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/dental_history`);
  assert.equal(await at(page, "presenting_complaint").inputValue(), "First line\nsecond <line> & more");
  await context.close();
});

test("two windows send one referral, and back shows what was sent", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("AdultRestorativeForm");
  await open(page, prepared.url);
  await rig.ask("fill", { urn: prepared.urn });
  const second = await context.newPage();
  for (const window of [page, second]) await window.goto(`${rig.base}/referrals/${prepared.urn}/send`);
  await declare(page);
  await page.getByRole("heading", { name: "The referral is sent" }).waitFor();
  for (const id of ["consent_referral", "correct"]) await at(second, id).check({ timeout: 1000 }).catch(() => {}); // it may have led on already
  if (await second.getByRole("button", { name: "Send the referral" }).last().isVisible().catch(() => false)) await second.getByRole("button", { name: "Send the referral" }).last().click();
  await second.locator(".big-urn").waitFor();
  assert.equal(await rig.ask("count", { urn: prepared.urn }), 1);
  await page.goBack();
  await page.locator(".big-urn").waitFor();
  assert.equal(await page.locator("main input, main textarea, main select").count(), 0);
  await page.goto(prepared.url);
  await page.locator(".big-urn").waitFor();
  const { context: stranger, page: other } = await newVisitor(browser);
  await other.goto(prepared.url);
  await other.getByRole("heading", { name: "This referral was sent" }).waitFor();
  assert.equal(await other.getByText("Łęcka").count(), 0);
  await sound(other, "link of a sent referral");
  await stranger.close();
  await context.close();
});

test("a file that is refused is named, and everything else stays", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("AdultRestorativeForm");
  await open(page, prepared.url);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/attachments`);
  await at(page, "no_radiograph_reason").fill("In the archive");
  await at(page, "other_files").setInputFiles(files.pretender);
  await page.locator("[data-upload=other_files] button").click();
  await page.locator("[data-upload=other_files] [data-sending-words]", { hasText: "was not taken" }).waitFor();
  assert.equal(await at(page, "no_radiograph_reason").inputValue(), "In the archive");
  await sound(page, "refused file");
  await attach(page, "radiographs", "radiograph", files.radiograph);
  const seen = await page.locator("[data-files=radiographs] img").evaluate(async (img) => { await img.decode(); return img.naturalWidth; });
  assert.equal(seen, 100);
  assert.equal(await page.locator("[data-question=no_radiograph_reason]").isVisible(), false);
  await page.getByRole("button", { name: /^Remove/ }).click();
  await page.getByText("No file yet").first().waitFor();
  assert.equal(await at(page, "no_radiograph_reason").inputValue(), "In the archive");
  await context.close();
});

test("a message that no practice system confirmed is sent again from the list", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("AdultRestorativeForm", { files_ready_webhook_url: "https://practice.example.org/ready" });
  await open(page, prepared.url);
  await rig.ask("fill", { urn: prepared.urn });
  await page.goto(`${rig.base}/referrals/${prepared.urn}/send`);
  await declare(page);
  await page.getByRole("heading", { name: "The referral is sent" }).waitFor();
  await rig.ask("dead", { urn: prepared.urn });
  await page.goto(`${rig.base}/referrals`);
  await page.getByRole("button", { name: `Send again for ${prepared.urn}` }).click();
  await page.getByText("The message is sent again").waitFor();
  assert.equal(await page.getByRole("button", { name: `Send again for ${prepared.urn}` }).count(), 0);
  await context.close();
});

test("a draft is found in the list, by name, and goes on", async () => {
  const { context, page } = await newVisitor(browser);
  const draft = await rig.draft("EndodonticForm", { patient_first_name: "Idris", patient_last_name: "Morgan" });
  await page.goto((await rig.ask("sign-in")).url);
  await page.getByRole("button", { name: "Open the list" }).click();
  await page.getByRole("link", { name: "Being filled in" }).click();
  await page.getByLabel("Reference or name").fill("MORGAN idr");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Morgan, Idris" }).click();
  await page.getByRole("heading", { name: "Endodontics" }).waitFor();
  assert.ok(page.url().endsWith(draft.urn));
  await context.close();
});

test("an expired link says what to do", async () => {
  const { context, page } = await newVisitor(browser);
  const prepared = await rig.prepare("EndodonticForm");
  await rig.ask("pass", { time: "25h" });
  const answer = await page.goto(prepared.url);
  assert.equal(answer.status(), 410);
  await page.getByText("prepare the form again").waitFor();
  await sound(page, "expired link");
  await context.close();
});
