// Files that are sent in pieces: the line is cut in the middle, and nothing is sent twice.
import { test, before, after, beforeEach } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { startRig, startBrowser, newVisitor, open, violations } from "./lib.mjs";

let rig, browser, large;
before(async () => { rig = await startRig(); browser = await startBrowser(); large = (await rig.ask("samples")).large; });
after(async () => { await browser?.close(); await rig?.stop(); });
beforeEach(() => rig.ask("cut"));

const at = (page, id) => page.locator(`[id="${id}"]`);
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const name = (path) => path.split("/").pop();

// A page with files, and where the pieces began that it sent.
async function begin() {
  const visitor = await newVisitor(browser);
  const { page } = visitor;
  const prepared = await rig.prepare("EndodonticForm");
  await open(page, prepared.url);
  await page.goto(`${rig.base}/referrals/${prepared.urn}/sections/attachments`);
  const begun = [];
  page.on("request", (request) => { if (request.method() === "PATCH") begun.push(Number(request.headers()["upload-offset"])); });
  return { ...visitor, begun, urn: prepared.urn };
}

async function choose(page) {
  await at(page, "radiographs.new.day").fill("20");
  await at(page, "radiographs.new.month").fill("10");
  await at(page, "radiographs.new.year").fill("2026");
  await at(page, "radiographs.new.view").selectOption("panoramic");
  await at(page, "radiographs").setInputFiles(large);
  await page.locator("[data-upload=radiographs] button").click();
}

const lost = (page) => page.locator("[data-upload=radiographs] [data-sending-words]", { hasText: "The connection was lost" }).waitFor();

// The file is there once, whole, and described.
async function isThere(page, context) {
  const files = page.locator("ul[data-files=radiographs] > li");
  await files.getByRole("link", { name: name(large) }).waitFor();
  assert.equal(await files.count(), 1);
  await page.reload();
  assert.equal(await files.count(), 1);
  assert.equal(await files.locator("select").first().inputValue(), "panoramic");
  assert.deepEqual(await files.locator("input[type=text]").evaluateAll((all) => all.map((input) => input.value)), ["20", "10", "2026"]);
  const href = await files.getByRole("link", { name: name(large) }).getAttribute("href");
  const stored = await (await context.request.get(rig.base + href)).body();
  assert.equal(hash(stored), hash(readFileSync(large)));
}

test("an upload whose line is cut goes on by itself", async () => {
  const { page, context, troubles, begun } = await begin();
  await rig.ask("cut", { after: 2_500_000 });
  await choose(page);
  await lost(page);
  assert.equal(await page.locator("ul[data-files=radiographs]").count(), 0);
  assert.deepEqual(await violations(page), []);
  await rig.ask("cut");
  await isThere(page, context);
  assert.equal(begun[0], 0);
  assert.ok(begun.length > 1 && begun.slice(1).every((offset) => offset > 1_000_000), `pieces began at ${begun}`);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("an upload goes on after a reload when the same file is chosen again", async () => {
  const { page, context, troubles, begun } = await begin();
  await rig.ask("cut", { after: 2_500_000 });
  await choose(page);
  await lost(page);
  await page.reload();
  await rig.ask("cut");
  assert.equal(await page.locator("ul[data-files=radiographs]").count(), 0);
  const before = begun.length;
  await choose(page);
  await isThere(page, context);
  assert.ok(begun.length > before && begun.slice(before).every((offset) => offset > 1_000_000), `pieces began at ${begun}`);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a large radiograph without its day is refused before it is sent", async () => {
  const { page, context, begun } = await begin();
  await at(page, "radiographs").setInputFiles(large);
  await page.locator("[data-upload=radiographs] button").click();
  await page.getByText("Enter the day on which the files were taken").waitFor();
  assert.deepEqual(begun, []);
  await context.close();
});
