// What a browser with scripts adds to the pages; all of them work without.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // A page from the browser's memory may show what was sent since: ask for it anew.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // What the page has to say first is where reading begins, and is so read once.
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();

  // A link of the error summary leads to its input, and opens what hides it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && byId(decodeURIComponent(link.getAttribute("href").slice(1)));
    if (!target || link.classList.contains("skip")) return;
    event.preventDefault();
    reveal(target);
  });
  function reveal(target) {
    for (let d = target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    (target.closest(".question") || target).scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  }
  if (location.hash.length > 1) {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("input, select, textarea")) reveal(target);
  }

  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const saved = form.querySelector("[data-saved]");

  // An answer that excludes the others, and the others.
  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.name || !box.checked) return;
    const others = [...form.querySelectorAll("input[type=checkbox]")].filter((o) => o !== box && o.name === box.name);
    for (const other of others) {
      if ("alone" in box.dataset || "alone" in other.dataset) other.checked = false;
    }
  });

  // The teeth that are chosen, in words.
  for (const picker of form.querySelectorAll("[data-picker]")) {
    const words = picker.querySelector("[data-chosen] span");
    picker.addEventListener("change", () => {
      const signs = [...picker.querySelectorAll("input:checked")].map((box) => box.dataset.sign || box.value);
      words.textContent = signs.length ? signs.join(", ") : "no tooth yet";
    });
  }

  // How much of a text is left, said when it becomes little.
  for (const area of form.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const words = byId(area.id + ".count");
    const number = new Intl.NumberFormat("en-GB");
    const tell = () => {
      const length = [...area.value.trim()].length;
      const left = limit - length;
      words.classList.toggle("over", left < 0);
      if (left < 0) words.textContent = `${number.format(-left)} characters too many`;
      else if (length > 0) words.textContent = `${number.format(length)} of ${number.format(limit)} characters`;
      else words.textContent = `Up to ${number.format(limit)} characters`;
    };
    area.addEventListener("input", tell);
    tell();
  }

  // Save while one types, and show at once what the answers ask for. The server alone knows the conditions.
  let waiting = 0, running = false, again = false, leaving = false;
  function keep() {
    clearTimeout(waiting);
    waiting = setTimeout(send, 350);
  }
  async function send() {
    if (running) { again = true; return; }
    running = true;
    again = false;
    try {
      const answer = await fetch(form.dataset.live, {
        method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual",
        body: new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")),
      });
      if (leaving) return;
      if (answer.ok) show(await answer.json());
      else if (answer.type === "opaqueredirect" || answer.status === 409) location.reload();
      else if (answer.status === 401) saved.textContent = "You are signed out. Press “Save” to see how to go on; what you typed stays.";
      else if (answer.status !== 422) saved.textContent = "Not saved at the moment; press “Save” to try again.";
    } catch {
      if (!leaving) saved.textContent = "Not saved: the server cannot be reached. It will be tried again when you go on typing.";
    } finally {
      running = false;
      if (again) keep();
    }
  }
  function show(state) {
    form.elements.rev.value = state.rev;
    for (const [id, isShown] of Object.entries(state.shown)) {
      const question = form.querySelector(`[data-question="${CSS.escape(id)}"]`);
      if (question) question.hidden = !isShown;
    }
    for (const [id, isRequired] of Object.entries(state.required)) {
      for (const mark of form.querySelectorAll(`[data-optional="${CSS.escape(id)}"]`)) {
        const ticked = mark.querySelector("input:checked");
        mark.hidden = isRequired && !ticked;
      }
    }
    for (const [id, text] of Object.entries(state.derived)) {
      const place = form.querySelector(`[data-derived="${CSS.escape(id)}"]`);
      if (place && place.textContent !== text) place.textContent = text;
    }
    for (const [id, texts] of Object.entries(state.advice)) {
      const place = form.querySelector(`[data-advice="${CSS.escape(id)}"]`);
      if (!place) continue;
      place.hidden = texts.length === 0;
      place.replaceChildren(...texts.map((text) => { const p = document.createElement("p"); p.textContent = text; return p; }));
    }
    saved.textContent = `Saved at ${state.at}`;
  }
  form.addEventListener("input", (event) => { if (event.target.type !== "file") keep(); });
  form.addEventListener("change", (event) => { if (event.target.type !== "file") keep(); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
  addEventListener("pagehide", () => { leaving = true; });

  // What is larger is sent in pieces. A piece is what a proxy that passes nothing on before it has all can lose.
  const wholeUpTo = 1e6, piece = 4 << 20;
  const mostFailures = 12; // in a row: some two minutes
  const silence = 60000; // of a connection that is taken for lost, in ms

  // One request of the tus protocol. An answer of a server that is in trouble is no answer.
  function ask(method, address, headers = {}, body = null, progress = () => {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let timer = 0;
      const alive = () => { clearTimeout(timer); timer = setTimeout(() => request.abort(), silence); };
      request.open(method, address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Tus-Resumable", "1.0.0");
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => { alive(); progress(event.loaded); });
      request.addEventListener("loadend", () => {
        clearTimeout(timer);
        if (request.status === 0 || request.status >= 500) return reject(new Error("no answer"));
        let text = "";
        try { text = JSON.parse(request.responseText).text; } catch { /* most have none */ }
        resolve({ status: request.status, text, header: (name) => request.getResponseHeader(name) });
      });
      alive();
      request.send(body);
    });
  }
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  // Until the time is over, or the browser says that it is connected again.
  const pause = (time) => new Promise((resolve) => { setTimeout(resolve, time); addEventListener("online", resolve, { once: true }); });
  // Where an upload is, for as long as the tab lives. A browser that keeps nothing sends a file anew after a reload.
  const recall = (key) => { try { return sessionStorage.getItem(key) || ""; } catch { return ""; } };
  const remember = (key, address) => { try { if (address) sessionStorage.setItem(key, address); else sessionStorage.removeItem(key); } catch { /* as above */ } };

  // Files: sent as soon as they are chosen or dropped, one after the other, with progress.
  for (const upload of form.querySelectorAll("[data-upload]")) {
    const input = upload.querySelector("input[type=file]");
    const button = upload.querySelector("button");
    const sending = upload.querySelector("[data-sending]");
    const bar = sending.querySelector("progress");
    const words = sending.querySelector("[data-sending-words]");
    let sendingWords = "";
    button.addEventListener("click", (event) => {
      if (input.files.length === 0) return; // the server says what is missing
      event.preventDefault();
      sendAll([...input.files]);
    });
    upload.addEventListener("dragover", (event) => { event.preventDefault(); upload.classList.add("over"); });
    upload.addEventListener("dragleave", () => upload.classList.remove("over"));
    upload.addEventListener("drop", (event) => {
      event.preventDefault();
      upload.classList.remove("over");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    async function sendAll(files) {
      button.disabled = true;
      sending.hidden = false;
      let fault = "";
      for (const [i, file] of files.entries()) {
        sendingWords = files.length > 1 ? `Sending file ${i + 1} of ${files.length}` : "Sending";
        words.textContent = sendingWords;
        fault = await sendOne(file);
        if (fault) break;
      }
      button.disabled = false;
      bar.value = 0;
      words.textContent = fault || "Sent";
      if (!fault) { input.value = ""; bar.hidden = true; }
      await refresh(fault);
    }
    function sendOne(file) {
      return file.size > wholeUpTo && form.dataset.uploads ? sendInPieces(file) : sendWhole(file);
    }
    // In pieces, as the tus protocol has it: after a break it goes on where the server says that it stopped, also
    // after a reload when the same file is chosen again. The answer is what is wrong, "" when the file is there.
    async function sendInPieces(file) {
      const typed = (name) => (upload.querySelector(`[name="${CSS.escape(`${upload.dataset.upload}.new.${name}`)}"]`)?.value ?? "").trim();
      const day = [typed("day"), typed("month"), typed("year")];
      const about = { filename: file.name, field: upload.dataset.upload, taken_on: day.join("") && day.join("/"), view: typed("view") };
      const key = JSON.stringify([form.dataset.uploads, about, file.size, file.lastModified]);
      let address = recall(key), begun = 0, failures = 0;
      let offset = -1; // not known
      const again = () => { address = ""; offset = -1; remember(key, ""); };
      const show = (at) => { bar.hidden = false; bar.value = (100 * at) / file.size; };
      for (;;) {
        try {
          if (!address) {
            if (begun++ > 2) return `${file.name} was not taken; try again`;
            const answer = await ask("POST", form.dataset.uploads, { "Upload-Length": file.size, "Upload-Metadata": Object.entries(about).map(([name, text]) => `${name} ${base64(text)}`).join(",") });
            if (answer.status !== 201) return why(answer, file);
            address = answer.header("Location");
            offset = 0;
            remember(key, address);
          } else if (offset < 0) {
            const answer = await ask("HEAD", address);
            if (answer.status === 404) { again(); continue; }
            if (answer.status !== 200) { again(); return why(answer, file); }
            offset = Number(answer.header("Upload-Offset"));
          }
          show(offset);
          if (offset === file.size) { remember(key, ""); return ""; }
          const answer = await ask("PATCH", address, { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" }, file.slice(offset, offset + piece), (sent) => show(offset + sent));
          if (answer.status === 404) { again(); continue; }
          if (answer.status === 409) throw answer; // somewhere else than thought: asked again
          if (answer.status !== 204) { again(); return why(answer, file); }
          offset = Number(answer.header("Upload-Offset"));
          failures = 0;
          words.textContent = sendingWords;
        } catch (trouble) {
          if (leaving || ++failures > mostFailures) return trouble.status ? why(trouble, file) : `${file.name} could not be sent: the server cannot be reached. Choose it again later, and it goes on where it stopped`;
          offset = -1;
          words.textContent = "The connection was lost. It goes on by itself when it is back";
          await pause(Math.min(15000, 500 * 2 ** failures));
        }
      }
    }
    function why(answer, file) {
      if (answer.status === 401) return "You are signed out. Press “Save” to see how to go on, and choose the file again then";
      return answer.text || `${file.name} was not taken; try again`;
    }
    function sendWhole(file) {
      return new Promise((resolve) => {
        const data = new FormData();
        for (const field of upload.querySelectorAll("input[name]:not([type=file]), select[name]")) data.append(field.name, field.value);
        data.append("rev", form.elements.rev.value);
        data.append(input.name, file);
        data.append("do", "upload:" + upload.dataset.upload);
        const request = new XMLHttpRequest();
        request.open("POST", form.dataset.live);
        request.setRequestHeader("Accept", "application/json");
        request.upload.addEventListener("progress", (event) => { bar.hidden = false; bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0; });
        request.addEventListener("load", () => {
          if (request.status === 200) return resolve("");
          let text = "";
          try { text = JSON.parse(request.responseText).text; } catch { /* an answer of something in between */ }
          resolve(text || `${file.name} was not taken; try again`);
        });
        request.addEventListener("error", () => resolve(`${file.name} was cut off on its way; choose it again`));
        request.send(data);
      });
    }
    // The list of files as the server shows it now; what was typed elsewhere on the page stays.
    async function refresh(fault) {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const question of form.querySelectorAll("[data-question]")) {
        const now = fresh.querySelector(`[data-question="${CSS.escape(question.dataset.question)}"]`);
        if (!now) continue;
        question.hidden = now.hidden;
        const old = question.querySelector("[data-files]");
        const list = now.querySelector("[data-files]");
        if (old && list) old.replaceWith(document.adoptNode(list));
      }
      form.elements.rev.value = fresh.querySelector("[name=rev]").value;
      if (!fault) input.focus();
    }
  }
})();
