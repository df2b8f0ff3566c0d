// The real program as its users have it: `bridgework serve` over a data folder of its own, set up by nothing but its verbs, its
// pages and its APIs. BRIDGEWORK names the program, which `make browser` builds.
import { execFile, spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import assert from "node:assert/strict";

const run = promisify(execFile);

// A port of this machine that nobody listens on now. It is below those that the kernel gives to connections, so that none of
// them takes it until the server is there.
async function freePort() {
  for (;;) {
    const port = randomInt(12000, 30000), probe = createServer();
    const free = await new Promise((tell) => probe.once("listening", () => tell(true)).once("error", () => tell(false)).listen(port, "127.0.0.1"));
    if (!free) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
}

// An installation that does not run yet.
export async function newHouse() {
  const dir = await mkdtemp(join(tmpdir(), "bridgework-loop-")), data = join(dir, "data");
  const port = await freePort(), base = `http://localhost:${port}`;
  // What an operator's own settings say is not meant for this installation.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BRIDGEWORK")));
  const house = { base, dir, data };
  let program, said = [];

  // A verb of the operator, beside the running server or without it, and what it prints.
  house.verb = async (...args) => (await run(process.env.BRIDGEWORK, [...args, "--data", data], { env })).stdout.trim();
  // The authorisation that `key create` prints.
  house.key = async (...args) => {
    const printed = await house.verb("key", "create", ...args);
    return printed.match(/Authorization: (.*)/)[1];
  };

  // Starts the server, and answers with the link for the first administrator that it prints.
  house.serve = async () => {
    program = spawn(process.env.BRIDGEWORK, ["serve", "--data", data, "--addr", `127.0.0.1:${port}`, "--public-url", base], { env, stdio: ["ignore", "pipe", "pipe"] });
    const link = new Promise((found) => createInterface({ input: program.stdout }).on("line", (line) => {
      const named = line.match(/http\S+\/set-up\/\S+/);
      if (named) found(named[0]);
    }));
    createInterface({ input: program.stderr }).on("line", (line) => {
      said.push(line);
      if (/level=(WARN|ERROR)/.test(line)) console.error(line);
    });
    return Promise.race([link, once(program, "exit").then(() => { throw new Error(`the server did not start: ${said.join("\n")}`); })]);
  };
  // What the server has logged as a warning or an error.
  house.complaints = () => said.filter((line) => /level=(WARN|ERROR)/.test(line));
  house.stop = async () => {
    if (program && program.exitCode === null && program.signalCode === null) {
      program.kill("SIGTERM");
      const [code] = await once(program, "exit");
      assert.equal(code, 0, "the server did not end in order");
    }
    await rm(dir, { recursive: true, force: true });
  };

  // A client of the Open Dental API. What is JSON comes as such, a document's content as bytes.
  house.openDental = (authorization) => async (method, path, body) => {
    const answer = await fetch(`${base}/api/v1/${path}`, { method, headers: { Authorization: authorization, "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.headers.get("Content-Type").startsWith("application/json") ? answer.json() : Buffer.from(await answer.arrayBuffer());
  };
  // A client of the Dental Referrals API V2.
  house.referrals = (authorization) => async (path, values) => {
    const answer = await fetch(`${base}/react4r/v2/${path}`, { method: values ? "POST" : "GET", headers: { Authorization: authorization }, body: values && new URLSearchParams(values) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return house;
}

// Asks until what is asked for is there: what is carried in the background comes when it comes. It is waited for as long as a page.
export async function until(what, ask, patience = 15000) {
  for (const end = Date.now() + patience; ; ) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) assert.fail(`${what}: it did not come about in ${patience / 1000} seconds`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

// The text of a PDF, as somebody reads it.
export async function textOf(house, pdf) {
  const file = join(house.dir, `${randomUUID()}.pdf`);
  await writeFile(file, pdf);
  return (await run("pdftotext", ["-layout", file, "-"])).stdout;
}
