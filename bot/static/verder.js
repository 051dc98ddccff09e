/**
 * The page that takes over a Telegram talk. The single-use token stands in the link's fragment and goes to the server
 * in a POST, on a press: a program that only looks at links can't use it up.
 */
import { callPatiently } from "/static/wire.js";
import "/static/chat.js";

const token = location.hash.slice(1);
const letter = document.querySelector(".take-over");
const said = letter.querySelector(".said");
const button = letter.querySelector(".go-on");

history.replaceState(null, "", location.pathname + location.search);

button.addEventListener("click", async () => {
  button.disabled = true;
  said.textContent = "";
  try {
    const opened = await callPatiently("POST", "/api/handover", {
      body: { token },
      language: document.documentElement.lang,
    });
    const desk = document.querySelector("template.desk").content.cloneNode(true);
    letter.replaceWith(desk);
    document.querySelector("balie-chat").open(opened);
    document.querySelector("balie-chat h1").focus();
  } catch (problem) {
    said.textContent = problem.detail || "…";
    button.disabled = !problem.passing;
    letter.querySelector(".start-anew").hidden = problem.passing;
  }
});
