// Lists as people order, narrow, turn, copy and print them.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { newColleague, overflow, startBrowser, startRig, violations } from "./lib.mjs";

let rig, browser, network;

before(async () => {
  rig = await startRig();
  browser = await startBrowser();
  network = await rig.ask("network");
  const urns = await rig.ask("arrive", { count: 40 });
  for (const [i, to] of ["sent", "accepted", "booked", "asked"].entries()) await rig.ask("stage", { urn: urns[i], to });
  await rig.ask("pass", { time: "240h" });
});
after(async () => { await browser.close(); await rig.stop(); });

// Somebody who is signed in.
const as = (role, options) => newColleague(browser, rig, network, role, options);

// The references of a page of a list, in its order.
const references = (page) => page.locator("table tbody tr").evaluateAll((rows) => rows.map((row) => row.innerText.match(/[A-Z]{3}\d{7}/)[0]));

// Those of all pages from this one on.
async function allPages(page) {
  const all = await references(page);
  for (const next = page.getByRole("link", { name: "Next page" }); await next.count(); ) {
    await next.click();
    all.push(...await references(page));
  }
  return all;
}

// Those of the copy of the list that is shown.
async function copied(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "This list as CSV" }).click()]);
  const text = await readFile(await download.path(), "utf8");
  assert.ok(text.startsWith("\ufeffReference,Patient,"));
  return text.trimEnd().split("\r\n").slice(1).map((line) => line.split(",")[0]);
}

test("lists are accessible and fit in each order, narrow and wide", { timeout: 120000 }, async () => {
  for (const [width, colorScheme] of [[320, "dark"], [1280, "light"]]) {
    for (const [role, paths] of Object.entries({
      triager: ["/work/triage?order=-patient", "/work/triage?order=sent&form=EndodonticForm", "/work/capacity?order=-wait"], provider: ["/work/inbound?order=-last"],
      referrer: ["/referrals", "/referrals?order=patient&state=open&from=2020-01-01&to=2099-12-31", "/referrals?show=drafts&order=-form", "/work/outbound?order=turn"], administrator: ["/work/area?order=practice"],
    })) {
      const { page, context, troubles } = await as(role, { viewport: { width, height: 900 }, colorScheme });
      for (const path of paths) {
        const answer = await page.goto(rig.base + path);
        assert.equal(answer.status(), 200, path);
        await page.locator("details").evaluateAll((all) => { for (const one of all) one.open = true; });
        assert.deepEqual(await violations(page), [], `${path} at ${width}`);
        assert.equal(await overflow(page), 0, `${path} is wider than ${width}`);
      }
      assert.deepEqual(troubles, []);
      await context.close();
    }
  }
});

for (const [role, path] of [["triager", "/work/triage"], ["referrer", "/referrals"]]) {
  test(`${path} is ordered by its heads, turned page by page, and copied in that order`, async () => {
    const { page, context, troubles } = await as(role);
    await page.goto(rig.base + path);
    const begun = await allPages(page);
    assert.equal(new Set(begun).size, begun.length);
    assert.ok(begun.length > 30);
    const head = page.getByRole("columnheader", { name: "Patient" });
    await head.getByRole("link").click();
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    const names = await page.locator("table tbody th a").allInnerTexts();
    assert.ok(names.every((name, i) => i === 0 || names[i - 1].localeCompare(name, "en") <= 0), names.join());
    const file = await copied(page);
    const up = await allPages(page);
    assert.deepEqual(up.toSorted(), begun.toSorted());
    assert.deepEqual(file, up);
    await head.getByRole("link").click(); // from the last page, the other way round from the first one on
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    const down = await copied(page);
    assert.deepEqual(await allPages(page), down);
    assert.deepEqual(down.toReversed(), up);
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test(`${path} is ordered in words where it is too narrow for heads`, async () => {
    const { page, context, troubles } = await as(role, { viewport: { width: 320, height: 800 } });
    await page.goto(rig.base + path);
    assert.equal(await page.locator("thead a:visible").count(), 0);
    await page.getByText("Filter and order").click();
    await page.getByLabel("Order", { exact: true }).selectOption({ label: "Patient, Z to A" });
    await page.locator("form.work-filters button").click();
    assert.equal(new URL(page.url()).searchParams.get("order"), "-patient");
    const names = await page.locator("table tbody th a").allInnerTexts();
    assert.ok(names.length > 1 && names.every((name, i) => i === 0 || names[i - 1].localeCompare(name, "en") >= 0), names.join());
    // What is not seen there is not reached by keyboard either.
    await page.locator("body").evaluate(() => document.activeElement.blur());
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("thead"))), false);
    }
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("a head is reached and used by keyboard, and says where it leads", async () => {
  const { page, context, troubles } = await as("triager");
  await page.goto(`${rig.base}/work/triage`);
  await page.locator("details.more summary").focus();
  for (let i = 0; i < 5 && !(await page.evaluate(() => document.activeElement.classList.contains("by"))); i++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Patient");
  assert.equal(await page.evaluate(() => document.activeElement.title), "Order by patient, A to Z");
  await page.keyboard.press("Enter");
  await page.waitForURL(/order=patient/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a practice's list is narrowed without scripts, and what cannot be is said", async () => {
  const { page, context } = await as("referrer", { javaScriptEnabled: false });
  await page.goto(`${rig.base}/referrals`);
  await page.getByText("Filter and order").click();
  await page.getByLabel("Priority").selectOption("Suspected cancer");
  await page.getByLabel("State").selectOption("Open");
  await page.getByLabel("Sent from").fill("2020-01-01");
  await page.getByLabel("Sent up to").fill("2099-12-31");
  await page.getByRole("button", { name: "Search" }).click();
  assert.equal(await page.locator("table tbody tr").count(), 10);
  await page.getByRole("link", { name: "Show all" }).click();
  assert.equal(await page.locator("table tbody tr").count(), 25);
  await page.getByText("Filter and order").click();
  await page.getByLabel("Sent from").fill("2026-12-31");
  await page.getByLabel("Sent up to").fill("2026-12-30");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("The first day, 31 December 2026, is after the last day, 30 December 2026").waitFor();
  await context.close();
});

test("lists are printed as tables, without what only a screen needs", async () => {
  for (const [role, path] of [["triager", "/work/triage?order=patient"], ["referrer", "/referrals?state=open"], ["triager", "/work/capacity"]]) {
    const { page, context } = await as(role);
    await page.goto(rig.base + path);
    // As wide as A4 between its margins, where a screen would show one card below the other.
    await page.setViewportSize({ width: 700, height: 1000 });
    await page.emulateMedia({ media: "print" });
    for (const gone of [".tabs", ".work-filters", ".pages", ".lists"]) assert.equal(await page.locator(gone).locator("visible=true").count(), 0, `${gone} of ${path}`);
    assert.equal(await page.getByText("Printed on").isVisible(), true, path);
    assert.equal(await page.locator("table thead").isVisible(), true, path);
    assert.ok(await page.locator("table tbody tr").count() > 0, path);
    assert.equal(await page.locator("table tbody td:not(.choose)").first().evaluate((cell) => getComputedStyle(cell).display), "table-cell", path);
    assert.ok((await page.locator("thead th:visible").last().boundingBox()).width > 20, `the heads of ${path}`);
    assert.equal(await overflow(page), 0, path);
    assert.equal(await page.locator("thead a").first().evaluate((a) => getComputedStyle(a).textDecorationLine), "none", path);
    await context.close();
  }
});
