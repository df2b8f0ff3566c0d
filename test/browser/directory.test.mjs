// The directory, areas and routing rules: every page and state, on a small screen and a wide one, without scripts, by keyboard.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { startRig, startBrowser, newVisitor, become, directoryPages, violations, overflow } from "./lib.mjs";

let rig, browser, at;
before(async () => { rig = await startRig(); browser = await startBrowser(); at = await rig.ask("directory"); });
after(async () => { await browser?.close(); await rig?.stop(); });

async function sound(page, name) {
  assert.deepEqual(await violations(page), [], name);
  assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading of the first level`);
}

for (const [width, colorScheme] of [[320, "light"], [1280, "dark"]]) {
  test(`every page of the directory is sound at ${width} pixels, ${colorScheme}`, async () => {
    const { context, page, troubles } = await newVisitor(browser, { viewport: { width, height: 800 }, colorScheme });
    await directoryPages(rig, context, page, at, (name) => sound(page, name));
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("without scripts, and by the keyboard alone, an entry is changed and a rule is moved", async () => {
  const { context, page } = await newVisitor(browser, { javaScriptEnabled: false });
  await become(rig, context, "chief");
  await page.goto(`${rig.base}${at.hospital}/edit`);
  await page.locator("#Phone").focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("0113 496 0777");
  await page.keyboard.press("Enter");
  await page.getByText("The change is saved").waitFor();
  await page.getByText("0113 496 0777").waitFor();
  await page.goto(`${rig.base}/routes`);
  const second = () => page.locator(".rule h2").nth(1).innerText();
  const before = await second();
  await page.getByRole("button", { name: /^Up.*Root canals/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("The rules are saved").waitFor();
  assert.notEqual(await second(), before);
  await context.close();
});

test("a file is chosen, previewed and imported in a browser, with cells of several lines", async () => {
  const { context, page } = await newVisitor(browser);
  await become(rig, context, "chief");
  await page.goto(`${rig.base}/directory/import`);
  const file = '\ufeffKind,Organisation,Name,Address,Hours,Treats,Forms,Phone\r\norganisation,,Vale Clinic,"\r\n3 Vale\r\nYork","9 to 5\r\n""closed"" on Sundays",yes,,\'+44 113 496 0888\r\nservice,Vale Clinic,Gums,,,,PeriodontalForm,\r\n';
  await page.locator("#file").setInputFiles({ name: "vale.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.getByRole("button", { name: "Show what it changes" }).click();
  await page.getByText("2 new, 0 changed, 0 unchanged").waitFor();
  await page.getByRole("button", { name: "Import 2 changes" }).click();
  await page.getByText("The file is imported").waitFor();
  await page.locator("#q").fill("vale");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByRole("link", { name: "Vale Clinic" }).click();
  await page.getByText("+44 113 496 0888").waitFor();
  await page.getByText('"closed" on Sundays').waitFor();
  await context.close();
});
