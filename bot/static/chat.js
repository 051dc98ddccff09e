/**
 * <balie-chat>: one conversation with the front desk of a practice.
 *
 * Attributes
 *   language   "nl" or "en": the language to begin in; without it Dutch, until the person writes English. Follows the
 *              conversation afterwards.
 *   practice   the practice's name, for the heading.
 *   exit       where "Snel weg" leads: a neutral site.
 *   framed     set by itself inside the widget: shows "Sluit" and talks to the page around it.
 *   around     space-separated origins that may be that page.
 *   handed-over  present on the page that takes over a Telegram talk; `open(opened)` hands the conversation in.
 *   times      present while the times of messages are shown.
 *
 * Events (bubble): `balie-opened` when a conversation is there, `balie-over` when it has ended.
 *
 * Parts, for style and tests: `.message[data-from=balie|coach|you]`, `.choices button`, `#say`, `.send`, `.sending`,
 * `.notice`, `.exit`, `.wipe`, `.language`, `.time`, `.close`, `dialog.wipe-dialog`.
 *
 * What a browser keeps: the conversation's id, its token and its language, in sessionStorage of this origin, so that a
 * reload doesn't lose the talk. It goes with the tab, with "Wis dit gesprek" and with "Snel weg". No words of
 * anyone are stored, no cookie is set, and text is always set as text, never as HTML.
 */

import { withNumbers } from "/static/numbers.js";
import { callPatiently, listen, newId } from "/static/wire.js";
import { WORDS } from "/static/words.js";

const KEY = "balie";
const LONGEST = 10000;
const SLOW = 700;

/** An element with attributes and children; a string child becomes text, never HTML. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** sessionStorage, or nothing where the browser doesn't allow it: the talk then lives in memory only. */
const memory = {
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY));
    } catch {
      return null;
    }
  },
  write(kept) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      /* kept in memory only */
    }
  },
  clear() {
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      /* there was nothing */
    }
  },
};

class BalieChat extends HTMLElement {
  #talk = null;
  #given = null;
  #queue = Promise.resolve();
  #seen = new Set();
  #said = 0;
  /** The `at` of the newest reply on the screen; what arrives outside a turn doesn't count. */
  #seenUntil = null;
  #stopListening = () => {};
  #around = null;

  connectedCallback() {
    this.toggleAttribute("framed", window.parent !== window);
    this.#given = this.getAttribute("language");
    this.#build();
    this.#listenAround();
    if (!this.hasAttribute("handed-over")) this.#start();
  }

  disconnectedCallback() {
    this.#stopListening();
  }

  /** Go on with a conversation that was opened elsewhere: `{id, token, language, messages}`. */
  open(opened) {
    this.#adopt(opened);
    this.#showPast(opened.messages);
  }

  get language() {
    return this.getAttribute("language") === "en" ? "en" : "nl";
  }

  #word(name, values = {}) {
    return WORDS[this.language][name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  // --- the conversation ---------------------------------------------------------------------------------------

  async #start() {
    const kept = memory.read();
    if (kept?.id && kept?.token) {
      try {
        const past = await callPatiently("GET", this.#path("messages", kept.id), { token: kept.token });
        this.#adopt({ ...kept, language: past.language });
        if (past.messages.length > 1) this.#notice(this.#word("restored"));
        this.#showPast(past.messages);
        return;
      } catch (problem) {
        if (problem.passing) return this.#cannotStart();
        memory.clear();
      }
    }
    await this.#begin();
  }

  async #begin() {
    try {
      const body = { language: this.#given, channel: "web" };
      const opened = await callPatiently("POST", "/api/conversations", { body, language: this.language });
      this.#adopt(opened);
      this.#show(opened.messages);
    } catch {
      this.#cannotStart();
    }
  }

  #cannotStart() {
    this.#notice(this.#word("noStart"), this.#word("retry"), () => this.#start());
  }

  #adopt({ id, token, language }) {
    this.#talk = { id, token };
    this.#speak(language || this.language);
    this.#remember();
    this.#stopListening();
    this.#stopListening = listen(id, token, {
      onMessage: (message) => this.#show([message], false),
      onOver: () => this.#end(),
    });
    this.#open(true);
    this.dispatchEvent(new CustomEvent("balie-opened", { bubbles: true }));
  }

  #remember() {
    memory.write({ ...this.#talk, language: this.language });
  }

  #path(rest = "", id = this.#talk.id) {
    return `/api/conversations/${encodeURIComponent(id)}${rest && `/${rest}`}`;
  }

  /** Put words or a choice in the column at once, and send them after everything that was said before. */
  #say(shown, body) {
    this.#retireChoices();
    this.#said += 1;
    const item = this.#own(shown);
    const message = { ...body, client_message_id: newId() };
    this.#queue = this.#queue.then(() => this.#send(item, message));
  }

  async #send(item, message) {
    const state = item.querySelector(".sending");
    const slow = setTimeout(() => state.replaceChildren(this.#word("sending")), SLOW);
    try {
      const { token } = this.#talk || {};
      if (!token) return;
      const answer = await callPatiently("POST", this.#path("messages"), {
        token,
        body: "text" in message ? { ...message, seen_until: this.#seenUntil } : message,
        language: this.language,
      });
      clearTimeout(slow);
      state.replaceChildren();
      if (answer.over) return this.#end(answer.messages);
      if (answer.language !== this.language) this.#speak(answer.language);
      this.#remember();
      this.#show(answer.messages);
    } catch (problem) {
      clearTimeout(slow);
      if (problem.status === 404) return this.#end();
      if (problem.code === "moved_on") return this.#catchUp(message, problem);
      this.#unsent(item, message, problem);
    }
  }

  /** The talk went on in another tab: show what stands there now, with the unhandled words back in the field. */
  async #catchUp(message, problem) {
    const { token } = this.#talk;
    const past = await callPatiently("GET", this.#path("messages"), { token });
    this.#letters.replaceChildren();
    this.#seen.clear();
    this.#showPast(past.messages);
    this.#notice(problem.detail);
    if (!this.#input.value) this.#input.value = message.text;
  }

  /** Say beside the message that it did not go, and wait there until it is sent again. */
  #unsent(item, message, problem) {
    const state = item.querySelector(".sending");
    const words = el("span", {}, problem.detail || this.#word("unsent"));
    if (!problem.passing) {
      state.replaceChildren(words);
      if (message.text && !this.#input.value) this.#input.value = message.text;
      return;
    }
    const again = el("button", { type: "button", class: "plain again" }, this.#word("again"));
    again.addEventListener("click", () => {
      state.replaceChildren(this.#word("sending"));
      this.#input.focus();
      this.#queue = this.#queue.then(() => this.#send(item, message));
    });
    state.replaceChildren(words, again);
  }

  #askToWipe() {
    this.querySelector("dialog").showModal();
    this.querySelector(".wipe-no").focus();
  }

  async #wipe() {
    if (!this.#talk) return;
    try {
      const answer = await callPatiently("DELETE", this.#path(), {
        token: this.#talk.token,
        language: this.language,
      });
      this.#end(answer.messages);
    } catch (problem) {
      if (problem.status === 404) this.#end();
      else this.#notice(problem.detail || this.#word("unsent"));
    }
  }

  /** The conversation has ended: forget it here too. With `messages` it was wiped, and they say what stays. */
  #end(messages = null) {
    this.#stopListening();
    this.#talk = null;
    memory.clear();
    this.#retireChoices();
    this.#open(false);
    if (messages) {
      this.#letters.replaceChildren();
      this.#input.value = "";
      this.#show(messages);
    }
    this.#notice(messages ? "" : this.#word("over"), this.#word("fresh"), () => {
      this.#letters.replaceChildren();
      this.#said = 0;
      this.#given = this.language;
      this.#begin().then(() => this.#input.focus());
    });
    this.dispatchEvent(new CustomEvent("balie-over", { bubbles: true }));
  }

  /** Open or shut everything that needs a conversation, so that nothing looks usable that isn't. */
  #open(yes) {
    for (const part of this.querySelectorAll("#say, .send, .wipe")) part.disabled = !yes;
  }

  /** Switch the language. Where nothing was said yet, begin anew in it, so that the first message is understood. */
  async #switchLanguage() {
    const wanted = this.language === "nl" ? "en" : "nl";
    if (this.#said || this.hasAttribute("handed-over") || !this.#talk) {
      if (this.#talk) this.#say(this.#word("other"), { text: this.#word("other") });
      return;
    }
    const { token } = this.#talk;
    const path = this.#path();
    this.#stopListening();
    this.#talk = null;
    this.#letters.replaceChildren();
    this.#speak(wanted);
    this.#given = wanted;
    await this.#begin();
    callPatiently("DELETE", path, { token }).catch(() => {});
  }

  #leave() {
    memory.clear();
    document.documentElement.hidden = true;
    this.#tell("leave");
    try {
      window.top.location.replace(this.getAttribute("exit"));
    } catch {
      window.location.replace(this.getAttribute("exit"));
    }
  }

  // --- the page around the frame ------------------------------------------------------------------------------

  #listenAround() {
    if (!this.hasAttribute("framed")) return;
    const allowed = new Set([location.origin, ...(this.getAttribute("around") || "").split(" ").filter(Boolean)]);
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || !allowed.has(event.origin)) return;
      if (event.data?.balie === "opened") {
        this.#around = event.origin;
        this.querySelector("h1").focus();
      }
    });
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.querySelector("dialog[open]")) this.#tell("close");
    });
  }

  #tell(what) {
    if (this.#around) window.parent.postMessage({ balie: what }, this.#around);
  }

  // --- the page ------------------------------------------------------------------------------------------------

  get #letters() {
    return this.querySelector(".letters");
  }

  get #input() {
    return this.querySelector("#say");
  }

  #build() {
    const button = (name, label, act, extra = {}) =>
      el("button", { type: "button", class: name, "data-word": label, onclick: act, ...extra });
    const form = el(
      "form",
      { class: "say", onsubmit: (event) => this.#submit(event) },
      el("label", { for: "say", "data-word": "say" }),
      el(
        "div",
        { class: "field" },
        el("textarea", {
          id: "say",
          rows: "1",
          autocomplete: "off",
          "aria-describedby": "hint counter",
          disabled: true,
          onkeydown: (event) => this.#key(event),
          oninput: () => this.#count(),
        }),
        el("button", { type: "submit", class: "send primary", "data-word": "send", disabled: true }),
      ),
      el("p", { id: "hint", class: "unseen", "data-word": "hint" }),
      el("p", { id: "counter", class: "counter", hidden: true }),
      el(
        "div",
        { class: "tools" },
        button("plain language", "other", () => this.#switchLanguage(), { lang: "en" }),
        button("plain time", "times", () => this.#toggleTimes()),
        button("plain wipe", "wipe", () => this.#askToWipe()),
      ),
    );
    const dialog = el(
      "dialog",
      { class: "wipe-dialog", "aria-labelledby": "wipe-ask" },
      el("h2", { id: "wipe-ask", "data-word": "wipeAsk" }),
      el("p", { "data-word": "wipeWhat" }),
      el(
        "div",
        { class: "row" },
        button("wipe-yes", "wipeYes", () => {
          dialog.close();
          this.#wipe();
        }),
        button("wipe-no", "wipeNo", () => dialog.close()),
      ),
    );
    this.append(
      el(
        "header",
        {},
        el(
          "div",
          { class: "who" },
          el("h1", { "data-word": "heading", tabindex: "-1" }),
          el("p", { "data-word": "subtitle" }),
        ),
        button("exit", "exit", () => this.#leave()),
        this.hasAttribute("framed") ? button("close", "close", () => this.#tell("close")) : null,
      ),
      el(
        "main",
        {},
        el(
          "div",
          { role: "log", "aria-live": "polite", "aria-relevant": "additions", tabindex: "0" },
          el("ol", { class: "letters" }),
        ),
        form,
      ),
      dialog,
    );
    this.#speak(this.language);
  }

  #speak(language) {
    this.setAttribute("language", language);
    document.documentElement.lang = language;
    for (const element of this.querySelectorAll("[data-word]")) {
      element.textContent = this.#word(element.dataset.word, { practice: this.getAttribute("practice") });
    }
    this.querySelector(".language").lang = language === "nl" ? "en" : "nl";
    this.querySelector(".exit").title = this.#word("exitHint");
    this.querySelector("[role=log]").setAttribute("aria-label", this.#word("log"));
    this.#showTimesWord();
  }

  #toggleTimes() {
    this.toggleAttribute("times");
    this.#showTimesWord();
  }

  #showTimesWord() {
    this.querySelector(".time").textContent = this.#word(this.hasAttribute("times") ? "noTimes" : "times");
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  #count() {
    const length = this.#input.value.length;
    const counter = this.querySelector(".counter");
    counter.hidden = length < LONGEST - 1000;
    counter.classList.toggle("over", length > LONGEST);
    const word = length > LONGEST ? "tooLong" : "left";
    counter.textContent = counter.hidden ? "" : this.#word(word, { n: Math.abs(LONGEST - length) });
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#input.value;
    if (!this.#talk || !text.trim() || text.length > LONGEST) {
      this.#input.focus();
      return;
    }
    this.#input.value = "";
    this.#count();
    this.#say(text, { text });
  }

  /** Show messages that are not there yet. `reading`: bring them into view, also when the person has scrolled away. */
  #show(messages, reading = true) {
    const follow = reading || this.#atEnd();
    if (reading && messages.length) this.#seenUntil = messages.at(-1).at;
    const fresh = messages.filter((message) => !this.#seen.has(message.id));
    const items = fresh.map((message) => {
      this.#seen.add(message.id);
      return this.#received(message);
    });
    this.#letters.append(...items);
    if (!items.length || !follow) return;
    // The last one first, so that a long answer ends up with its beginning in view: that is where reading starts.
    items.at(-1).scrollIntoView({ block: "nearest" });
    items[0].scrollIntoView({ block: "nearest" });
  }

  /** Show what was said before: the end of it in view, and only the last choices still to be used. */
  #showPast(messages) {
    this.#show(messages.slice(0, -1));
    this.#retireChoices();
    this.#show(messages.slice(-1));
    this.#letters.lastElementChild?.scrollIntoView({ block: "end" });
  }

  #atEnd() {
    const log = this.querySelector("[role=log]");
    return log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  }

  #item(from, ...children) {
    const item = el("li", { class: "message", "data-from": from });
    item.append(...children);
    return item;
  }

  #from(name, at) {
    const time = new Date(at);
    const shown = new Intl.DateTimeFormat(this.language === "en" ? "en-GB" : "nl-NL", {
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
    }).format(time);
    return el("span", { class: "from" }, this.#word(name), el("time", { datetime: time.toISOString() }, shown));
  }

  #own(text) {
    const item = this.#item(
      "you",
      this.#from("you", Date.now()),
      el("p", {}, text),
      el("div", { class: "sending", role: "status" }),
    );
    this.#letters.append(item);
    item.scrollIntoView({ block: "nearest" });
    return item;
  }

  /** A message of the desk, or of the coach: their words never stand under the computer's name. */
  #received({ from, text, choices, link, quote, at }) {
    const words = from === "balie" ? this.#dialled(text) : [text];
    const item = this.#item(from, this.#from(from, at), el("p", {}, ...words));
    if (quote) {
      item.append(el("blockquote", { lang: "nl" }, el("p", {}, quote.text), el("cite", {}, quote.place)));
    }
    if (link && !this.#isThisPage(link.url)) item.append(el("p", { class: "more" }, this.#link(link)));
    if (choices.length) {
      const group = el("div", { class: "choices", role: "group", "aria-label": this.#word("choices") });
      group.append(...choices.map((choice) => this.#choice(choice)));
      item.append(group);
    }
    return item;
  }

  /** The desk's words, with the numbers that help as links to dial. */
  #dialled(text) {
    return withNumbers(text).map((piece) => (piece.tel ? el("a", { href: `tel:${piece.tel}` }, piece.text) : piece.text));
  }

  #link({ label, url }) {
    if (!/^(https?:|mailto:|tel:)/.test(url)) return label;
    const link = el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
    if (/^http/.test(url)) link.append(el("span", { class: "unseen" }, ` ${this.#word("newWindow")}`));
    return link;
  }

  /** The link that led from Telegram to this very page says nothing here, and works only once. */
  #isThisPage(url) {
    return url.startsWith(`${location.origin}/verder#`);
  }

  #choice({ id, label }) {
    const button = el("button", { type: "button" }, label);
    button.addEventListener("click", (event) => {
      button.setAttribute("aria-pressed", "true");
      this.#say(label, { choice: id });
      // Pressed by keyboard: the button is spent, so the focus goes on to where the next thing is said.
      if (event.detail === 0) this.#input.focus();
    });
    return button;
  }

  #retireChoices() {
    for (const button of this.querySelectorAll(".choices button")) button.disabled = true;
  }

  #notice(text, label = null, act = null) {
    const item = el("li", { class: "notice" }, text ? el("p", {}, text) : null);
    if (label) {
      const button = el("button", { type: "button" }, label);
      button.addEventListener("click", () => {
        item.remove();
        act();
      });
      item.append(button);
    }
    this.#letters.append(item);
    item.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("balie-chat", BalieChat);
