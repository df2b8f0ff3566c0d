// People: the first administrator, a second factor, recovery codes, a passkey, sessions, a colleague's invitation; each page as
// axe-core and a small window see it.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { startRig, startBrowser, newVisitor, ownPage, peoplesTour, violations, overflow } from "./lib.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

async function sound(page, name) {
  assert.deepEqual(await violations(page), [], name);
  assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading of the first level`);
}

for (const [width, colorScheme] of [[320, "light"], [1280, "dark"]]) {
  test(`people come, prove who they are in each way, and invite others, at ${width} pixels, ${colorScheme}`, async () => {
    const rig = await startRig();
    try {
      const options = { viewport: { width, height: 800 }, colorScheme };
      const { page, troubles, context } = await newVisitor(browser, options);
      const guest = await newVisitor(browser, options);
      await peoplesTour(rig, page, guest.page, sound);
      assert.deepEqual([...troubles, ...guest.troubles], []);
      await context.close();
      await guest.context.close();
    } finally {
      await rig.stop();
    }
  });
}

test("signing in, the account and the list of people need no script", async () => {
  const rig = await startRig();
  try {
    await rig.ask("people", { name: "Ada Quill", email: "ada@northside.example", password: "violet kettle under eleven clouds", role: "administrator" });
    const { page, context } = await newVisitor(browser, { javaScriptEnabled: false });
    await page.goto(rig.base);
    await page.getByLabel("E-mail address").fill("ada@northside.example");
    await page.getByLabel("Password").fill("violet kettle under eleven clouds");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await ownPage(page, "People");
    await page.getByRole("heading", { name: "People of Northside Dental" }).waitFor();
    assert.equal(await page.getByRole("button", { name: /passkey/i }).count(), 0);
    await page.getByRole("link", { name: "Ada Quill" }).click();
    await page.getByText("Set it up").click();
    await page.locator('[id="factor.current"]').fill("violet kettle under eleven clouds");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("img", { name: /QR code/ }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await context.close();
  } finally {
    await rig.stop();
  }
});

test("one signs in with the keyboard alone", async () => {
  const rig = await startRig();
  try {
    await rig.ask("people", { name: "Ada Quill", email: "ada@northside.example", password: "violet kettle under eleven clouds", role: "administrator" });
    const { page, context } = await newVisitor(browser);
    await page.goto(`${rig.base}/sign-in`);
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
    for (let i = 0; i < 20 && (await focused()) !== "email"; i++) await page.keyboard.press("Tab");
    await page.keyboard.type("ada@northside.example");
    await page.keyboard.press("Tab");
    await page.keyboard.type("not the password");
    await page.keyboard.press("Enter");
    await page.locator("#errors").waitFor();
    assert.equal(await focused(), "errors", "reading begins at what is wrong");
    for (let i = 0; i < 20 && (await focused()) !== "password"; i++) await page.keyboard.press("Tab");
    await page.keyboard.type("violet kettle under eleven clouds");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Your pages" }).waitFor();
    await context.close();
  } finally {
    await rig.stop();
  }
});

for (const width of [320, 1280]) {
  test(`the list of people is searched, ordered and copied without a script, at ${width} pixels`, async () => {
    const rig = await startRig();
    try {
      const password = "violet kettle under eleven clouds";
      for (const [name, role] of [["Ada Quill", "administrator"], ["Zo\u00eb Lund", "referrer"], ["Bo Ash", "referrer"]]) await rig.ask("people", { name, email: `${name.split(" ")[1].toLowerCase()}@northside.example`, password, role });
      const { page, context } = await newVisitor(browser, { javaScriptEnabled: false, viewport: { width, height: 800 } });
      await page.goto(`${rig.base}/sign-in`);
      await page.getByLabel("E-mail address").fill("quill@northside.example");
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.goto(`${rig.base}/people`);
      const names = () => page.locator("tbody th").evaluateAll((all) => all.map((one) => one.firstChild.textContent.trim()));
      assert.deepEqual((await names()).map((name) => name.split(" ")[0]), ["Ada", "Bo", "Zo\u00eb"]);
      if (width > 768) {
        await page.getByRole("link", { name: "Name", exact: true }).click();
        await page.locator('th[aria-sort="descending"]').waitFor();
      } else {
        await page.getByText("Filter and order").click();
        await page.getByLabel("Order").selectOption({ label: "Name, Z to A" });
        await page.getByRole("button", { name: "Show", exact: true }).first().click();
        await page.waitForURL(/order=-name/);
      }
      assert.deepEqual((await names()).map((name) => name.split(" ")[0]), ["Zo\u00eb", "Bo", "Ada"]);
      await page.getByRole("searchbox").fill("zoe");
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=zoe/);
      assert.deepEqual((await names()).map((name) => name.split(" ")[0]), ["Zo\u00eb"]);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "This list as CSV" }).click();
      assert.match((await download).suggestedFilename(), /^people-\d{4}-\d{2}-\d{2}\.csv$/);
      await page.getByRole("link", { name: "Show all" }).click();
      assert.equal((await names()).length, 3);
      await context.close();
    } finally {
      await rig.stop();
    }
  });
}
