/**
 * Opening an export: a bundle to keep (a ZIP), or an answer to read (text). The key is in the link's fragment, which a browser sends to nobody. The sealed bytes come for a
 * code in a POST body; they are opened here with AES-256-GCM, and nowhere else.
 */
import { call } from "/static/wire.js";

const page = document.querySelector(".with-script");
const said = page.querySelector(".said");
const save = page.querySelector(".save");
const answer = page.querySelector(".answer");
const key = location.hash.slice(1);
const path = `/api/exports/${encodeURIComponent(page.dataset.export)}`;
const NONCE = 12;
const ZIP = [0x50, 0x4b, 0x03, 0x04];

for (const link of document.querySelectorAll(".keep-fragment")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.assign(`${link.getAttribute("href")}#${key}`);
  });
}

function say(text, wrong = false) {
  said.textContent = text;
  said.classList.toggle("wrong", wrong);
}

function bytesOf(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

async function opened(sealed) {
  const secret = await crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["decrypt"]);
  const bytes = new Uint8Array(sealed);
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.subarray(0, NONCE) }, secret, bytes.subarray(NONCE));
}

async function sealedFor(code) {
  const response = await fetch(`${path}/file`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({ code }),
    credentials: "omit",
    cache: "no-store",
  });
  if (response.ok) return response.arrayBuffer();
  throw new Error((await response.json()).detail);
}

page.querySelector(".send-code").addEventListener("click", async (event) => {
  event.target.disabled = true;
  try {
    const { way } = await call("POST", `${path}/code`, { language: document.documentElement.lang });
    say({ chat: page.dataset.sentChat, mail: page.dataset.sentMail, call_back: page.dataset.sentCall }[way]);
    page.querySelector("#code").focus();
  } catch (problem) {
    say(problem.detail || page.dataset.offline, true);
  }
  event.target.disabled = false;
});

page.querySelector("form.fetch").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = page.querySelector("#code").value.replace(/\s/g, "");
  let sealed;
  try {
    sealed = await sealedFor(code);
  } catch (problem) {
    say(problem instanceof TypeError ? page.dataset.offline : problem.message, true);
    return;
  }
  try {
    show(new Uint8Array(await opened(sealed)));
  } catch {
    say(page.dataset.notOpened, true);
  }
});

function show(bytes) {
  if (ZIP.every((byte, place) => bytes[place] === byte)) {
    save.href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
    save.hidden = false;
    say(page.dataset.file);
    save.focus();
  } else {
    answer.textContent = new TextDecoder().decode(bytes);
    answer.hidden = false;
    say(page.dataset.answer);
    answer.focus();
  }
}

if (!window.crypto?.subtle) say(page.dataset.noCrypto, true);
else if (!/^[\w-]{43}=?$/.test(key)) say(page.dataset.noKey, true);
page.hidden = false;
