/**
 * The way from the chat to Balie's interface (see /api): begin, say, wipe, and the stream of what comes later.
 *
 * Nothing is lost and nothing is doubled: a message keeps its `client_message_id` through every try, and the
 * server answers the same id with the same answer.
 */

/** A problem document of the server (RFC 9457), or `offline` when the server could not be reached. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.code || "offline");
    this.status = status;
    this.code = body.code || "offline";
    this.detail = body.detail || "";
    this.retryAfter = retryAfter;
  }

  /** True when the same request may do better in a moment. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** A random UUID (version 4). `crypto.randomUUID` exists on https pages only; this works everywhere. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** One call. Resolves to the answer's JSON (null when there is none); rejects with a Problem. */
export async function call(method, path, { token, body, language, signal } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": language || "nl" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
    });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : null;
    if (response.ok) return answer;
    throw new Problem(response.status, answer || {}, Number(response.headers.get("Retry-After")) || 0);
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw new Problem(0, {}, 0);
  }
}

/** The seconds between tries: a restart of the server takes a few. */
const PATIENCE = [1, 2, 4, 8];

/** As `call`, but tries again while the problem is a passing one. */
export async function callPatiently(method, path, options) {
  for (const seconds of [...PATIENCE, null]) {
    try {
      return await call(method, path, options);
    } catch (problem) {
      if (seconds === null || !problem.passing) throw problem;
      await new Promise((again) => setTimeout(again, 1000 * Math.max(seconds, problem.retryAfter)));
    }
  }
  return null;
}

/**
 * What arrives outside a turn: the coach's answers, as server-sent events over fetch, because EventSource
 * can't send an Authorization header. Resumes with Last-Event-ID; pauses while the page is hidden, so that many
 * open tabs don't use up the browser's few connections.
 *
 * `onMessage(message)` gets each message; `onOver()` is called once when the conversation is over.
 * Returns a function that stops listening.
 */
export function listen(id, token, { onMessage, onOver }) {
  const path = `/api/conversations/${encodeURIComponent(id)}/events`;
  let last = null;
  let stopped = false;
  let attempt = null;
  let failures = 0;

  function handle(block) {
    const event = { name: "message", data: [] };
    for (const line of block.split("\n")) {
      const [, field, value] = /^([a-z]+): ?(.*)$/.exec(line) || [];
      if (field === "id") last = value;
      if (field === "event") event.name = value;
      if (field === "data") event.data.push(value);
    }
    if (event.name === "over") finish();
    else if (event.data.length) {
      onMessage(JSON.parse(event.data.join("\n")));
      // What nobody saw goes by mail after a while, so say that it is on the screen. Lost? Then the next one says it too.
      call("POST", `${path}/seen`, { token, body: { id: Number(last) } }).catch(() => {});
    }
  }

  function finish() {
    if (stopped) return;
    stop();
    onOver();
  }

  async function once(signal) {
    const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
    if (last !== null) headers["Last-Event-ID"] = last;
    const response = await fetch(path, { headers, signal, credentials: "omit", cache: "no-store" });
    if (response.status === 404) return finish();
    if (!response.ok || !response.body) throw new Problem(response.status, {}, 0);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      failures = 0;
      const blocks = (rest + value).replace(/\r\n?/g, "\n").split("\n\n");
      rest = blocks.pop();
      blocks.forEach(handle);
    }
  }

  async function run() {
    while (!stopped && !document.hidden) {
      attempt = new AbortController();
      try {
        await once(attempt.signal);
      } catch {
        failures += 1;
      }
      attempt = null;
      if (stopped || document.hidden) return;
      await new Promise((again) => setTimeout(again, 1000 * Math.min(30, 2 ** failures)));
    }
  }

  let running = false;
  function wake() {
    if (document.hidden) attempt?.abort();
    else if (!running && !stopped) {
      running = true;
      run().finally(() => {
        running = false;
        if (!stopped && !document.hidden) wake();
      });
    }
  }

  function stop() {
    stopped = true;
    document.removeEventListener("visibilitychange", wake);
    attempt?.abort();
  }

  document.addEventListener("visibilitychange", wake);
  wake();
  return stop;
}
