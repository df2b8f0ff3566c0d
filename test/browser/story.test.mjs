// The whole story of each form type: prepared, opened, filled in, with files, read through, sent, confirmed.
import { test, describe, before, after } from "node:test";
import assert from "node:assert/strict";
import { startRig, startBrowser, newVisitor, open, fillSection, type, violations } from "./lib.mjs";

let rig, browser, files;
before(async () => { rig = await startRig(); browser = await startBrowser(); files = await rig.ask("samples"); });
after(async () => { await browser?.close(); await rig?.stop(); });

const names = ["AdultRestorativeForm", "ChildOralCareForm", "EndodonticForm", "MinorOralSurgeryForm", "OrthodonticForm", "PeriodontalForm", "SpecialCareSedationForm", "UrgentSuspectedCancerForm"];

test("the story is told of every form type", async () => assert.deepEqual((await rig.ask("forms")).sort(), names));

const seen = new Set();
async function story(name, scripts) {
  const { context, page, troubles } = await newVisitor(browser, { javaScriptEnabled: scripts });
  const prepared = await rig.prepare(name, { files_ready_webhook_url: `${rig.base.replace("localhost", "127.0.0.1")}/rig/receiver` });
  await open(page, prepared.url);
  const sections = await rig.ask("answers", { form: name });
  for (const typing of sections.filter((s) => s.section !== "declaration" && (s.fields.length > 0 || Object.keys(s.files).length > 0))) {
    const address = `${rig.base}/referrals/${prepared.urn}/sections/${typing.section}`;
    if (page.url() !== address) await page.goto(address);
    await fillSection(page, typing, files, scripts);
    if (scripts && !seen.has(typing.section)) {
      seen.add(typing.section); // sections that forms share are looked at once
      await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/${typing.section}`);
      assert.deepEqual(await violations(page), [], typing.section);
    }
  }
  await page.goto(`${rig.base}/referrals/${prepared.urn}/check`);
  if (await page.locator("#errors").count()) assert.fail(await page.locator("#errors").innerText());
  await page.getByRole("link", { name: "Continue to the declaration" }).click();
  for (const field of sections.find((s) => s.section === "declaration").fields) await type(page, field);
  await page.getByRole("button", { name: "Send the referral" }).last().click();
  await page.getByRole("heading", { name: "The referral is sent" }).waitFor();
  assert.ok((await page.locator(".big-urn").innerText()).includes(prepared.urn));
  const told = JSON.parse((await rig.ask("received", { urn: prepared.urn })).body);
  assert.equal(told.urn, prepared.urn);
  const status = await rig.call(`referral_status?urn=${prepared.urn}`);
  assert.equal(status.referral_status, "Entered on System");
  assert.equal(status.referral_files.length, 2);
  for (const file of told.files) {
    const pdf = await fetch(file, { headers: { Authorization: "Token token=42a42a42a42a424a2aa4" } });
    assert.equal((await pdf.text()).slice(0, 5), "%PDF-");
  }
  await page.goto(`${rig.base}/referrals/${prepared.urn}`);
  const href = await page.getByRole("link", { name: "The referral", exact: true }).getAttribute("href");
  assert.equal((await (await context.request.get(rig.base + href)).text()).slice(0, 5), "%PDF-");

  assert.deepEqual(troubles, []);
  await context.close();
}

describe("from the call to the PDFs", { concurrency: 3 }, () => {
  for (const name of names) test(`${name} is filled in and sent`, () => story(name, true));
  test("a form is filled in and sent without scripts", () => story("SpecialCareSedationForm", false));
});
