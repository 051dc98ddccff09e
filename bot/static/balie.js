/**
 * The door to the front desk, for a practice's own website:
 *
 *   <script src="https://balie.example/balie.js" defer></script>
 *
 * Attributes of the script element, all optional
 *   data-language  "nl" or "en"; without it: Dutch, until the person writes English
 *   data-label     the words on the button
 *
 * It puts one labelled button on the page. Only when somebody presses it, a frame with the chat is loaded from the
 * front desk's own address. It sets no cookie, stores nothing, and reads nothing of the page.
 */
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const language = script.dataset.language;
  const english = language === "en";
  const accent = { day: "{{ day }}", night: "{{ night }}" };
  const words = english
    ? { label: "Questions or privacy? Talk to our front desk", title: "Front desk: chat" }
    : { label: "Vragen of privacy? Praat met onze balie", title: "Balie: chat" };

  const style = `
    :host { all: initial; position: fixed; z-index: 2147483000; right: 16px; bottom: 16px; color-scheme: light dark;
      --accent: ${accent.day}; --paper: #faf8f3; --edge: #827b6e; }
    @media (prefers-color-scheme: dark) { :host { --accent: ${accent.night}; --paper: #1b1a18; --edge: #8d867a; } }
    button { font: 400 16px/1.35 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
      min-height: 48px; max-width: calc(100vw - 32px); padding: 12px 20px; border: 1px solid var(--accent);
      border-radius: 3px; background: var(--accent); color: var(--paper); cursor: pointer; text-align: left; }
    button:hover { text-decoration: underline; text-underline-offset: 0.2em; }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px var(--paper); }
    iframe { position: fixed; right: 16px; bottom: 16px; width: 27rem; max-width: calc(100vw - 32px);
      height: 44rem; max-height: calc(100vh - 32px); border: 1px solid var(--edge); border-radius: 3px;
      background: var(--paper); box-shadow: 0 8px 32px rgb(0 0 0 / 0.18); }
    @media (max-width: 36rem), (max-height: 30rem) {
      iframe { inset: 0; width: 100%; max-width: none; height: 100%; max-height: none; border: 0; border-radius: 0; }
    }
    [hidden] { display: none; }
    @media print { :host { display: none; } }
  `;

  class BalieDoor extends HTMLElement {
    #frame = null;
    #loaded = false;

    connectedCallback() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
      this.button = document.createElement("button");
      this.button.type = "button";
      this.button.textContent = script.dataset.label || words.label;
      this.button.setAttribute("aria-expanded", "false");
      this.button.addEventListener("click", () => this.show());
      root.append(this.button);
      window.addEventListener("message", (event) => this.#hear(event));
    }

    show() {
      if (!this.#frame) {
        this.#frame = document.createElement("iframe");
        this.#frame.title = words.title;
        this.#frame.src = `${home}/chat${english || language === "nl" ? `?lang=${language}` : ""}`;
        this.#frame.referrerPolicy = "no-referrer";
        this.#frame.addEventListener("load", () => {
          this.#loaded = true;
          this.#greet();
        });
        this.shadowRoot.append(this.#frame);
      }
      this.#frame.hidden = false;
      this.button.hidden = true;
      this.button.setAttribute("aria-expanded", "true");
      this.#frame.focus();
      this.#greet();
    }

    hide() {
      this.#frame.hidden = true;
      this.button.hidden = false;
      this.button.setAttribute("aria-expanded", "false");
      this.button.focus();
    }

    /** Tell the chat who is around it; it answers nobody else. */
    #greet() {
      if (this.#loaded) this.#frame.contentWindow.postMessage({ balie: "opened" }, home);
    }

    #hear(event) {
      if (event.origin !== home || !this.#frame || event.source !== this.#frame.contentWindow) return;
      if (event.data?.balie === "close") this.hide();
      if (event.data?.balie === "leave") this.remove();
    }
  }

  if (!customElements.get("balie-door")) customElements.define("balie-door", BalieDoor);
  document.body.append(document.createElement("balie-door"));
})();
