// Worklists and the page of one referral, as those who work on referrals see them.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { newColleague, overflow, startBrowser, startRig, violations } from "./lib.mjs";

let rig, browser, network, urns, form;

before(async () => {
  rig = await startRig();
  browser = await startBrowser();
  network = await rig.ask("network");
  form = await rig.ask("submit");
  urns = await rig.ask("arrive", { count: 12 });
  for (const [i, to] of ["sent", "accepted", "booked", "asked", "listed"].entries()) await rig.ask("stage", { urn: urns[i], to });
  await rig.ask("pass", { time: "240h" });
});
after(async () => { await browser.close(); await rig.stop(); });

// Somebody who is signed in.
const as = (role, options) => newColleague(browser, rig, network, role, options);

test("every list and every role's page of a referral is accessible and fits, narrow and wide, light and dark", { timeout: 120000 }, async () => {
  for (const [width, colorScheme] of [[320, "light"], [1280, "dark"], [1600, "light"]]) {
    for (const [role, paths] of Object.entries({
      triager: ["/work/triage", "/work/triage?q=nobody", "/work/triage?order=due&overdue=1", `/referrals/${form}`, `/referrals/${urns[5]}`, `/referrals/${urns[0]}`, `/work/allocate?urn=${urns[5]}&urn=${urns[0]}`, `/work/allocate?urn=${urns[5]}&urn=${urns[0]}&check=1&target=list:West+Yorkshire+oral+surgery`, `/referrals/${form}/versions/1`],
      approver: ["/work/approvals", "/work/capacity"], provider: ["/work/inbound", `/referrals/${urns[2]}`], referrer: ["/work/outbound", "/work/new", `/referrals/${urns[3]}`],
      administrator: ["/work/area", "/work/area?show=waiting", "/work/area?show=disputed", `/referrals/${urns[4]}`],
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

test("a triager works by keyboard, and the shortcuts rest while one types and can be switched off", async () => {
  const { page, context, troubles } = await as("triager");
  await page.goto(`${rig.base}/referrals/${form}`);
  await page.keyboard.press("i");
  assert.equal(await page.evaluate(() => document.activeElement.id), "T08.reason");
  await page.locator('[id="T08.text"]').focus();
  await page.keyboard.type("since a wisdom tooth");
  assert.equal(await page.locator('[id="T08.text"]').inputValue(), "since a wisdom tooth");
  assert.equal(await page.evaluate(() => document.activeElement.id), "T08.text");
  await page.locator("summary", { hasText: "Reject" }).focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("s"); // nothing happens behind the dialog
  await page.getByLabel("Use keyboard shortcuts in this browser").uncheck();
  await page.getByRole("button", { name: "Close" }).click();
  for (const fresh of [false, true]) {
    if (fresh) await page.reload();
    await page.locator("h1").click();
    await page.keyboard.press("w");
    assert.notEqual(await page.evaluate(() => document.activeElement.id), "T12.list");
    assert.equal(await page.locator('.decisions kbd:visible:not([data-help] kbd)').count(), 0);
  }
  await page.locator("[data-help]").click();
  await page.getByLabel("Use keyboard shortcuts in this browser").check();
  await page.getByRole("button", { name: "Close" }).click();
  await page.locator("h1").click();
  await page.keyboard.press("n");
  await page.waitForURL((url) => url.pathname.startsWith("/referrals/") && !url.pathname.endsWith(form));
  assert.deepEqual(troubles, []);
  await context.close();
});

test("pictures stand side by side and are brought nearer, brighter and with more contrast", async () => {
  const { page, context, troubles } = await as("triager", { viewport: { width: 1600, height: 950 } });
  await page.goto(`${rig.base}/referrals/${form}`);
  const views = page.locator("[data-view]");
  assert.equal(await views.count(), 2);
  const [one, two] = [await views.nth(0).boundingBox(), await views.nth(1).boundingBox()];
  assert.equal(one.y, two.y);
  const view = views.nth(0), picture = view.locator("img");
  await view.getByLabel("Brightness").fill("150");
  await view.getByLabel("Contrast").fill("200");
  await view.getByLabel("Zoom").fill("300");
  assert.match(await picture.evaluate((img) => getComputedStyle(img).filter), /brightness\(1.5\) contrast\(2\)/);
  const stage = await view.locator(".stage").boundingBox();
  assert.ok((await picture.boundingBox()).width > 2.9 * stage.width);
  assert.ok(await view.locator(".stage").evaluate((s) => s.scrollLeft > 0));
  await view.getByRole("button", { name: "Reset" }).click();
  assert.match(await picture.evaluate((img) => getComputedStyle(img).filter), /brightness\(1\) contrast\(1\)/);
  assert.ok((await picture.boundingBox()).width <= stage.width);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a list says that it has changed, and moves nothing by itself", async () => {
  const { page, context, troubles } = await as("triager");
  await page.goto(`${rig.base}/work/triage`);
  const rows = page.locator("table.work tbody tr");
  const count = await rows.count();
  await page.evaluate(() => scrollTo(0, 120));
  const [urn] = await rig.ask("arrive");
  const notice = page.locator(".changed");
  await notice.getByText("The list has changed.").waitFor();
  assert.equal(await rows.count(), count);
  assert.deepEqual(await violations(page), []);
  await notice.getByRole("link", { name: "Show" }).click();
  await page.getByText(urn).first().waitFor();
  assert.equal(await page.locator(".changed").innerText(), "");
  assert.deepEqual(troubles, []);
  await context.close();
});

test("all of a page are chosen at once, and none again", async () => {
  const { page, context, troubles } = await as("triager", { viewport: { width: 320, height: 700 } });
  await page.goto(`${rig.base}/work/triage`);
  const chosen = page.locator("input[name=urn]:checked"), every = await page.locator("input[name=urn]").count();
  await page.getByRole("button", { name: "Choose all of this page" }).click();
  assert.equal(await chosen.count(), every);
  await page.getByRole("button", { name: "Choose all of this page" }).click();
  assert.equal(await chosen.count(), 0);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("without scripts a triager sends one referral and several, and a provider accepts", async () => {
  const triager = await as("triager", { javaScriptEnabled: false });
  const arrived = await rig.ask("arrive", { count: 3 });
  await triager.page.goto(`${rig.base}/referrals/${arrived[0]}`);
  await triager.page.getByRole("button", { name: "Send", exact: true }).click();
  await triager.page.getByText("There are 2 things to put right").waitFor();
  await triager.page.getByLabel("St Clements Dental Suite").check();
  await triager.page.locator('[id="T11.tier"]').selectOption("2");
  await triager.page.getByRole("button", { name: "Send", exact: true }).click();
  await triager.page.getByText("The referral is sent to the provider.").waitFor();
  await triager.page.goto(`${rig.base}/work/triage?q=${arrived[1].slice(0, -1)}`);
  for (const urn of arrived.slice(1)) await triager.page.getByLabel(`Choose ${urn}`).check();
  await triager.page.getByRole("button", { name: "Send the chosen ones somewhere" }).click();
  await triager.page.getByLabel("West Yorkshire oral surgery").check();
  await triager.page.getByRole("button", { name: "Continue" }).click();
  await triager.page.getByRole("button", { name: "Send 2 now" }).click();
  await triager.page.getByRole("heading", { name: "2 went to West Yorkshire oral surgery" }).waitFor();
  const provider = await as("provider", { javaScriptEnabled: false });
  await provider.page.goto(`${rig.base}/work/inbound?show=open&q=${arrived[0]}`);
  await provider.page.locator("table.work tbody a").click();
  await provider.page.getByRole("button", { name: "Accept", exact: true }).click();
  await provider.page.getByText("The referral is accepted.").waitFor();
  for (const one of [triager, provider]) { assert.deepEqual(one.troubles, []); await one.context.close(); }
});

test("a list and a referral are printed without what only a screen needs", async () => {
  const { page, context } = await as("triager");
  await page.goto(`${rig.base}/work/triage`);
  await page.emulateMedia({ media: "print" });
  for (const gone of [".tabs", ".work-filters", "td.choose"]) assert.equal(await page.locator(gone).first().isVisible(), false, gone);
  assert.equal(await page.getByText("Printed on").isVisible(), true);
  await page.goto(`${rig.base}/referrals/${form}`);
  assert.equal(await page.locator(".acts").isVisible(), false);
  // What was sent begins below the head, and not on the second page: it may be divided.
  assert.equal(await page.locator("section[aria-labelledby='sent']").evaluate((sent) => getComputedStyle(sent).breakInside), "auto");
  assert.equal(await page.locator("section[aria-labelledby='sent'] .row").first().evaluate((row) => getComputedStyle(row).breakInside), "avoid");
  await context.close();
});
