// Passkeys: what the server asks is passed on to the browser's authenticator, and its answer back.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // What a call comes to: what the server says, or a fault in words.
  async function call(address, options) {
    let answer, said = {};
    try {
      answer = await fetch(address, { method: "POST", credentials: "same-origin", redirect: "manual", ...options, headers: { Accept: "application/json", ...options.headers } });
      said = await answer.json();
    } catch {
      if (!answer) throw new Error("The server cannot be reached. Try again in a moment");
    }
    if (!answer.ok) throw Object.assign(new Error(said.text || "This did not work; try again"), { input: said.input });
    return said;
  }
  const send = (address, credential) => call(address, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(credential) });

  // A fault of the authenticator is mostly that its user has changed their mind.
  const words = (trouble) => ({
    NotAllowedError: "No passkey was used. Try again, or use your password", InvalidStateError: "This device has a passkey for you already",
    SecurityError: "Passkeys do not work at this address", NotSupportedError: "This device cannot make passkeys",
  })[trouble.name] || trouble.message;

  function wire(place, trigger, act) {
    const fault = place.querySelector("[data-passkey-fault]");
    place.hidden = false;
    place.addEventListener(trigger, async (event) => {
      const button = place.querySelector(trigger === "submit" ? "button[type=submit]" : "button");
      if (trigger === "click" && event.target !== button) return;
      event.preventDefault();
      fault.hidden = true;
      button.disabled = true;
      try {
        location.assign((await act(event)).to);
      } catch (trouble) {
        fault.firstElementChild.textContent = words(trouble);
        fault.hidden = false;
        const input = trouble.input && document.getElementById(trouble.input);
        if (input) input.focus();
      } finally {
        button.disabled = false;
      }
    });
  }

  const signIn = document.querySelector("[data-passkey-sign-in]");
  if (signIn) wire(signIn, "click", async () => {
    const asked = await call("/sign-in/passkey/begin", {});
    const got = await navigator.credentials.get({ publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: described(asked.allowCredentials) } });
    const to = document.querySelector("input[name=to]");
    return send("/sign-in/passkey" + (to ? "?to=" + encodeURIComponent(to.value) : ""), {
      id: got.id, rawId: text(got.rawId), type: got.type, clientExtensionResults: {},
      response: {
        clientDataJSON: text(got.response.clientDataJSON), authenticatorData: text(got.response.authenticatorData), signature: text(got.response.signature),
        userHandle: got.response.userHandle ? text(got.response.userHandle) : undefined,
      },
    });
  });

  const add = document.querySelector("[data-passkey-add]");
  if (add) wire(add, "submit", async (event) => {
    const asked = await call(event.target.action, { body: new URLSearchParams(new FormData(event.target)) });
    const made = await navigator.credentials.create({ publicKey: { ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: described(asked.excludeCredentials) } });
    return send("/account/passkeys", {
      id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
      response: {
        clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    });
  });
})();
