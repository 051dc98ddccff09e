/** Confirming a consent in writing: the single-use token in the fragment is posted on a press, never by opening the page. */
import { callPatiently } from "/static/wire.js";

const page = document.querySelector(".with-script");
const said = page.querySelector(".said");
const buttons = page.querySelectorAll("button");
const token = location.hash.slice(1);

for (const link of document.querySelectorAll(".keep-fragment")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.assign(`${link.getAttribute("href")}#${token}`);
  });
}

function settle(text, wrong = false, done = true) {
  said.textContent = text;
  said.classList.toggle("wrong", wrong);
  for (const button of buttons) button.disabled = done;
}

page.querySelector(".confirm").addEventListener("click", async () => {
  settle("");
  try {
    const body = { token };
    const receipt = await callPatiently("POST", "/api/consents/confirmation", { body, language: document.documentElement.lang });
    settle(page.dataset.done.replace("{number}", receipt.number));
  } catch (problem) {
    settle(problem.detail || page.dataset.offline, true, !problem.passing);
  }
});

page.querySelector(".leave").addEventListener("click", () => settle(page.dataset.left));

if (!token) settle(page.dataset.noToken, true);
page.hidden = false;
