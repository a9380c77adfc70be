/*
 * The chat on the company's website: one script tag, one custom element, no build step, no dependency.
 *
 *   <script src="https://bot.example/widget.js" data-lang="fa" data-color="#1f6f54" data-position="left" defer></script>
 *
 * Text from outside only ever becomes a text node. Styles come from one constructed style sheet, so that the host
 * page may keep a Content-Security-Policy without 'unsafe-inline'. The order of this file: settings, storage,
 * texts, HTTP, the line to the server, the view.
 */
(() => {
  "use strict";

  const CSS = /*AFTERCARE_CSS*/"";
  const ELEMENT = "aftercare-chat";
  if (customElements.get(ELEMENT)) return;

  // ---------------------------------------------------------------- settings

  // Only a real script element counts: a host page's <img name="currentScript"> must not.
  const current = document.currentScript;
  const script =
    current instanceof HTMLScriptElement ? current : document.querySelector('script[src$="/widget.js"]');
  if (!script) return;

  const BASE = new URL(".", script.src);
  const KEY = `aftercare:${BASE.origin}`;
  const UNSENT = `${KEY}/unsent/`;
  const PAGE_LANGUAGE = script.dataset.lang ?? "";
  const POSITION = script.dataset.position ?? "";
  const COLOR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(script.dataset.color ?? "") ? script.dataset.color : "#1f6f54";

  const PATIENCE = 10_000; // ms without an answer after which a message counts as not sent, and the line as dead
  const SHORTEST_WAIT = 500;
  const LONGEST_WAIT = 15_000;
  const POLL_SECONDS = 20;
  const TYPING_LASTS = 15_000;
  const PASSING = new Set(["too_many", "trouble"]); // refusals that waiting cures
  const FILE_KINDS = "image/*,video/*,audio/*,application/pdf";
  const MOST_FILES = 10; // of one message
  const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ku", "ps", "ur"]);

  /** Black or white, whichever reads better on `color` (WCAG 2 relative luminance; never below 4.5:1). */
  function readableOn(color) {
    const digits = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit) : color.slice(1).match(/../g);
    const [red, green, blue] = digits.map((pair) => {
      const share = parseInt(pair, 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return luminance > 0.179 ? "#000000" : "#ffffff";
  }

  /** A random id; randomUUID exists in secure contexts only. */
  function freshId() {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // ---------------------------------------------------------------- storage

  /** One of the browser's storages, or memory where the browser refuses (blocked, full, sandboxed frame). */
  class Store {
    constructor(name) {
      this.name = name;
      this.memory = new Map();
    }

    get(key) {
      if (this.memory.has(key)) return this.memory.get(key);
      try {
        return window[this.name].getItem(key);
      } catch {
        return null;
      }
    }

    set(key, value) {
      try {
        window[this.name].setItem(key, value);
        this.memory.delete(key);
      } catch {
        this.memory.set(key, value);
      }
    }

    remove(key) {
      this.memory.delete(key);
      try {
        window[this.name].removeItem(key);
      } catch {
        // Nothing was stored there: the memory above was all there is.
      }
    }

    keys(prefix) {
      const found = new Set(this.memory.keys());
      try {
        for (let i = 0; i < window[this.name].length; i += 1) found.add(window[this.name].key(i));
      } catch {
        // Blocked: the keys in memory are all there is.
      }
      return [...found].filter((key) => key.startsWith(prefix));
    }
  }

  const lasting = new Store("localStorage"); // shared by all tabs: token, language, unsent messages
  const tab = new Store("sessionStorage"); // this tab only: open or closed, the half-written message

  /** The JSON value under `key`, or null where there is none or somebody broke it. */
  function stored(key) {
    try {
      return JSON.parse(lasting.get(key) ?? "null");
    } catch {
      return null;
    }
  }

  // ---------------------------------------------------------------- texts

  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = new Map([
    ["chat", "M12 3.5c-5 0-9 3.4-9 7.6 0 2.4 1.3 4.5 3.3 5.9-.1 1.1-.6 2.2-1.4 3.1 1.8-.1 3.4-.7 4.7-1.7.8.2 1.6.3 2.4.3 5 0 9-3.4 9-7.6s-4-7.6-9-7.6Z"],
    ["close", "M6 6l12 12M18 6L6 18"],
    ["send", "M4.5 12h14M13 6l6 6-6 6"],
    ["clip", "M19.5 11.5l-7.6 7.6a5 5 0 0 1-7-7l7.9-8a3.4 3.4 0 0 1 4.8 4.8l-7.9 7.9a1.7 1.7 0 0 1-2.4-2.4l7.1-7.1"],
    ["file", "M7 3.5h6.5L18.5 8.5v12h-11.5zM13.5 3.5v5h5"],
    ["globe", "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17M3.5 12h17M12 3.5c3 2.5 3.5 5.5 3.5 8.5s-.5 6-3.5 8.5c-3-2.5-3.5-5.5-3.5-8.5s.5-6 3.5-8.5"],
  ]);

  /** An element with attributes (a Map-like list of pairs) and children; strings become text nodes. */
  function make(tag, attributes = [], ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of attributes) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    const path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `icon icon-${name}`);
    path.setAttribute("d", ICONS.get(name));
    svg.append(path);
    return svg;
  }

  const BOLD_OR_LINK = /\*\*(\S(?:[^\n]*?\S)?)\*\*|\[([^[\]\n]{1,300})\]\(([^\s()]{1,1000})\)|https?:\/\/[^\s<>"'`]+/giu;
  const LIST_ITEM = /^ {0,3}(?:-|(\p{Nd}{1,3})[.)])\s+(\S.*)$/u;
  // Serials, models, codes and phone numbers: they keep their own direction inside right-to-left text.
  const LATIN_RUN = /[+*#]{0,4}[\p{Script=Latin}0-9]+(?:[ ._/:+*#@-]{1,3}[\p{Script=Latin}0-9]+)*[*#]{0,2}/gu;
  const LINK_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

  /** The address of a link if its scheme is allowed, otherwise "". */
  function safeAddress(address) {
    try {
      const url = new URL(address);
      return LINK_SCHEMES.has(url.protocol) ? url.href : "";
    } catch {
      return "";
    }
  }

  function link(address, label) {
    const anchor = make("a", [["href", address], ["target", "_blank"], ["rel", "noopener noreferrer nofollow"]]);
    anchor.append(label);
    return anchor;
  }

  /** The end of a sentence does not belong to the address in it; a closing bracket may. */
  function withoutSentenceEnd(address) {
    const bare = address.replace(/[.,;:!?)\]}»”’*،؛؟…]+$/u, "");
    const opened = bare.split("(").length - bare.split(")").length;
    return opened > 0 && address[bare.length] === ")" ? `${bare})` : bare;
  }

  function appendPlain(parent, text, rightToLeft) {
    let end = 0;
    for (const run of rightToLeft ? text.matchAll(LATIN_RUN) : []) {
      parent.append(text.slice(end, run.index), make("bdi", [["dir", "ltr"]], run[0]));
      end = run.index + run[0].length;
    }
    parent.append(text.slice(end));
  }

  /** Bold, links and bare addresses of one line; anything else, a lone `*` too, stays as it is. */
  function appendInline(parent, text, rightToLeft) {
    let end = 0;
    for (const found of text.matchAll(BOLD_OR_LINK)) {
      const [whole, bold, label, target] = found;
      const source = bold || label ? whole : withoutSentenceEnd(whole);
      const address = bold ? "" : safeAddress(target ?? source);
      if (!bold && !address) continue;
      appendPlain(parent, text.slice(end, found.index), rightToLeft);
      if (bold) {
        const strong = make("strong");
        appendInline(strong, bold, rightToLeft);
        parent.append(strong);
      } else {
        parent.append(label ? link(address, label) : make("bdi", [["dir", "ltr"]], link(address, source)));
      }
      end = found.index + source.length;
    }
    appendPlain(parent, text.slice(end), rightToLeft);
  }

  /** Decimal digits of any script as a number (Persian ones start at U+06F0, Arabic ones at U+0660). */
  function numberOf(digits) {
    return Number([...digits].map((digit) => {
      const code = digit.codePointAt(0);
      return code >= 0x06f0 ? code - 0x06f0 : code >= 0x0660 ? code - 0x0660 : digit;
    }).join(""));
  }

  /** Markdown-lite as nodes: paragraphs, `-` and `1.` lists, line breaks. */
  function formatted(text, rightToLeft) {
    const result = document.createDocumentFragment();
    let list = null;
    let open = null; // the paragraph or list item that a following line continues
    for (const line of text.split(/\r\n|\r|\n/)) {
      const item = LIST_ITEM.exec(line);
      if (item) {
        const kind = item[1] ? "ol" : "ul";
        if (list?.localName !== kind) result.append((list = make(kind)));
        list.append((open = make("li")));
        if (item[1]) open.value = numberOf(item[1]);
        appendInline(open, item[2], rightToLeft);
      } else if (!line.trim()) {
        open = null;
      } else if (open && (open.localName === "p" || /^\s/.test(line))) {
        open.append(make("br"));
        appendInline(open, line.trim(), rightToLeft);
      } else {
        list = null;
        result.append((open = make("p")));
        appendInline(open, line.trim(), rightToLeft);
      }
    }
    return result;
  }

  // ---------------------------------------------------------------- HTTP

  /** The server said no: `status`, its machine-readable `code`, its `sentence`, and seconds to wait. */
  class Refused extends Error {
    constructor(status, code, sentence, retryAfter) {
      super(`the server answered ${status}`);
      this.status = status;
      this.code = code;
      this.sentence = sentence;
      this.retryAfter = retryAfter;
    }
  }

  async function refusal(response) {
    const body = await response.json().catch(() => null);
    const wait = Number(response.headers.get("Retry-After")) || 20;
    return new Refused(response.status, String(body?.code ?? ""), String(body?.error ?? ""), wait);
  }

  /** One request. Raises `Refused` for an answer that is no success, TypeError or AbortError for no answer. */
  async function request(method, path, { token = null, json = null, form = null, abort = new AbortController() } = {}) {
    const headers = new Headers();
    if (token) headers.set("Authorization", `Bearer ${token}`);
    if (json) headers.set("Content-Type", "application/json");
    const timer = setTimeout(() => abort.abort(), form ? 120_000 : 40_000);
    try {
      const response = await fetch(new URL(`api/v1/${path}`, BASE), {
        method,
        headers,
        body: json ? JSON.stringify(json) : form,
        credentials: "omit",
        cache: "no-store",
        signal: abort.signal,
      });
      if (!response.ok) throw await refusal(response);
      return response;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The token of this visitor; makes a visitor where there is none. Two tabs make only one. */
  async function ensureToken() {
    const ask = async () => {
      const known = lasting.get(KEY);
      if (known) return known;
      const { token } = await (await request("POST", "visitors")).json();
      lasting.set(KEY, token);
      return token;
    };
    return navigator.locks ? navigator.locks.request(KEY, ask) : ask();
  }

  // ---------------------------------------------------------------- the line

  /**
   * Keeps the talk in step with the server. What is sent stays in `unsent` and in the browser's storage, under the
   * id made here, until the server accepts it; the server takes each id once. So nothing is lost and nothing is
   * doubled over lost connections, reloads and several tabs. Speaks WebSocket, and long polling where that fails.
   *
   * `view` hears: message(m), pending(entry), settled(entry, seq), edited(m), dropped(entry), typing(bool), connected(bool),
   * forgotten(), notice(code, sentence).
   */
  class Line {
    constructor(view) {
      this.view = view;
      this.unsent = new Map(); // id → entry, in the order written
      this.heldBack = new Map(); // seq → our own message that may be one still waiting for its acceptance
      this.seen = new Set();
      this.seq = 0;
      this.running = false;
      this.renewed = false;
      this.socketFailures = 0;
      this.hangUp = null; // ends the open socket
      this.socket = null; // only while the server listens to us
      this.poll = null;
      this.endPause = null;
      this.hurry = false; // do not wait before the next connection
      this.hasGivenUp = false;
    }

    start() {
      this.adopt();
      addEventListener("online", () => this.reconnect());
      addEventListener("storage", (event) => this.otherTab(event));
      let hiddenAt = 0;
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) hiddenAt = Date.now();
        else if (Date.now() - hiddenAt > 60_000) this.reconnect(); // a laptop that slept: the socket may be dead
      });
      setInterval(() => this.watch(), 1000);
      if (lasting.get(KEY) || this.unsent.size) void this.run();
    }

    get hasTalk() {
      return Boolean(lasting.get(KEY));
    }

    /** Take a message of the customer: `{text?, choice?, files?, language?}`. */
    send(words) {
      const made = { id: freshId(), at: Date.now(), ...words };
      lasting.set(UNSENT + made.id, JSON.stringify(made));
      const entry = this.add(made);
      if (this.socket) this.push(entry);
      this.poll?.abort();
      void this.run();
    }

    retry(id) {
      const entry = this.unsent.get(id);
      if (!entry) return;
      lasting.set(UNSENT + id, JSON.stringify(entry.words));
      entry.refused = false;
      this.renewed = false;
      this.show(entry, "sending");
      if (this.socket) this.push(entry);
      else this.reconnect();
      void this.run();
    }

    /** Messages a page before, or another tab, could not send. */
    adopt() {
      const found = lasting.keys(UNSENT).map(stored).filter((words) => words?.id && !this.unsent.has(words.id));
      found.sort((one, other) => one.at - other.at);
      for (const words of found) this.add(words);
    }

    add(words) {
      const entry = { words, id: words.id, state: "sending", sentence: "", refused: false, since: Date.now() };
      this.unsent.set(entry.id, entry);
      this.view.pending(entry);
      return entry;
    }

    show(entry, state, sentence = "") {
      entry.state = state;
      entry.sentence = sentence;
      if (state === "sending") entry.since = Date.now();
      this.view.pending(entry);
    }

    /** A message without an answer for too long shows as not sent, and the line it went down is given up. */
    watch() {
      for (const entry of this.unsent.values()) {
        if (entry.state !== "sending" || Date.now() - entry.since < PATIENCE) continue;
        this.show(entry, "failed");
        this.hangUp?.();
      }
    }

    otherTab({ key, newValue }) {
      if (key === KEY && newValue) void this.run();
      const entry = key?.startsWith(UNSENT) && newValue === null ? this.unsent.get(key.slice(UNSENT.length)) : null;
      if (!entry || entry.refused) return; // otherwise the other tab sent it: it comes back as a message
      this.unsent.delete(entry.id);
      this.view.dropped(entry);
      this.release();
    }

    reconnect() {
      this.hurry = true;
      this.hangUp?.();
      this.poll?.abort();
      this.endPause?.();
    }

    async run() {
      if (this.running) return;
      this.running = true;
      let failures = 0;
      while (lasting.get(KEY) || this.waiting().length) {
        failures = (await this.session()) ? 0 : failures + 1;
        if (this.hasGivenUp) break;
        this.view.connected(false);
        await this.pause(Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** failures) * (0.5 + Math.random() / 2));
      }
      this.hasGivenUp = false;
      this.running = false;
      this.view.connected(true); // nothing to connect for is not a lost connection
    }

    pause(milliseconds) {
      return new Promise((resolve) => {
        if (this.hurry) return resolve();
        const timer = setTimeout(resolve, Math.max(SHORTEST_WAIT, milliseconds));
        this.endPause = () => {
          clearTimeout(timer);
          resolve();
        };
        return undefined;
      });
    }

    /** One connection from opening to end. False when it never worked. */
    async session() {
      let token = null;
      this.hurry = false;
      try {
        token = await ensureToken();
        this.adopt();
        if (await this.talkBySocket(token)) {
          this.socketFailures = 0;
          return true;
        }
        this.socketFailures += 1;
        await this.talkByPolling(token);
        return true;
      } catch (error) {
        if (error instanceof Refused && error.status === 401) this.forget(token);
        return false;
      }
    }

    /** The server does not know our token: take a new visitor once, and send again what it has not accepted. */
    forget(token) {
      if (lasting.get(KEY) === token) lasting.remove(KEY);
      this.seq = 0;
      this.seen.clear();
      this.heldBack.clear();
      this.view.forgotten();
      this.hasGivenUp = this.renewed;
      if (this.renewed) for (const entry of this.waiting()) this.refuse(entry, "", "");
      this.renewed = true;
    }

    waiting() {
      return [...this.unsent.values()].filter((entry) => !entry.refused);
    }

    talkBySocket(token) {
      return new Promise((resolve) => {
        const url = new URL(`api/v1/ws?after=${this.seq}`, BASE);
        url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
        let worked = false;
        const socket = new WebSocket(url);
        let timer = setTimeout(() => this.hangUp?.(), PATIENCE);
        this.hangUp = () => {
          clearTimeout(timer);
          socket.onopen = socket.onmessage = socket.onclose = null;
          socket.close();
          this.hangUp = this.socket = null;
          this.view.typing(false);
          resolve(worked);
        };
        socket.onclose = this.hangUp;
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          worked ||= !frame.error; // an error as first word may mean an unknown token: HTTP will tell
          this.hear(frame);
        };
        socket.onopen = () => {
          clearTimeout(timer);
          timer = setTimeout(() => (worked = true), 3000);
          socket.send(JSON.stringify({ token }));
          this.socket = socket;
          this.view.connected(true);
          for (const entry of this.waiting()) this.push(entry);
        };
      });
    }

    push(entry) {
      this.show(entry, "sending");
      this.socket.send(JSON.stringify(onTheWire(entry.words)));
    }

    hear(frame) {
      if (typeof frame.accepted === "string") this.settle(frame.accepted, frame.seq);
      else if (frame.error) this.hearError(frame);
      else if ("typing" in frame) this.view.typing(Boolean(frame.typing));
      else if (Number.isInteger(frame.seq)) this.message(frame);
    }

    hearError({ id, code, error, retry_after: retryAfter }) {
      const entry = this.unsent.get(id);
      if (entry) this.refuse(entry, code, error, Number(retryAfter) || 20);
      else if (code !== "token") this.view.notice(code, error); // an unknown token is our own business: see session()
    }

    /** Long polling, for as long as it takes until a socket is worth another try. */
    async talkByPolling(token) {
      const until = Date.now() + Math.min(300, POLL_SECONDS * 2 ** this.socketFailures) * 1000;
      do {
        await this.sendByPost(token);
        const answer = await this.fetchMessages(token);
        this.view.connected(true);
        for (const message of answer.messages) this.message(message);
      } while (Date.now() < until);
    }

    async fetchMessages(token) {
      this.poll = new AbortController();
      const wait = this.waiting().length ? 0 : POLL_SECONDS;
      try {
        const path = `messages?after=${this.seq}&wait=${wait}`;
        return await (await request("GET", path, { token, abort: this.poll })).json();
      } catch (error) {
        if (error.name === "AbortError" && this.waiting().length) return { messages: [] }; // there is something to send
        throw error;
      } finally {
        this.poll = null;
      }
    }

    async sendByPost(token) {
      for (const entry of this.waiting()) {
        if (entry.refused) continue; // an earlier one was too many: those behind it wait too, and the order stays
        this.show(entry, "sending");
        try {
          const answer = await request("POST", "messages", { token, json: onTheWire(entry.words) });
          this.settle(entry.id, (await answer.json()).seq);
        } catch (error) {
          if (!(error instanceof Refused) || error.status === 401 || error.status >= 500) throw error;
          if (error.status !== 429) this.refuse(entry, error.code, error.sentence);
          else for (const each of this.waiting()) this.refuse(each, "too_many", error.sentence, error.retryAfter);
        }
      }
    }

    /** The server does not take this message. A passing reason: it goes again by itself; else the customer decides. */
    refuse(entry, code, sentence, retryAfter = 20) {
      entry.refused = true;
      this.show(entry, "failed", this.view.sentence(code, sentence));
      if (PASSING.has(code)) setTimeout(() => entry.refused && this.retry(entry.id), retryAfter * 1000);
      else if (code) lasting.remove(UNSENT + entry.id);
      this.release();
    }

    settle(id, seq) {
      lasting.remove(UNSENT + id);
      this.renewed = false;
      const entry = this.unsent.get(id);
      if (!entry) return;
      this.unsent.delete(id);
      this.seen.add(seq);
      this.heldBack.delete(seq);
      this.view.settled(entry, seq);
      this.release();
    }

    message(message) {
      this.seq = Math.max(this.seq, message.seq);
      if (this.seen.has(message.seq)) {
        if (message.revision) this.view.edited(message);
        return;
      }
      this.seen.add(message.seq);
      if (this.isPerhapsUnsent(message)) this.heldBack.set(message.seq, message);
      else this.view.message(message);
    }

    /** After a lost acceptance our own message comes back while we still count it as unsent: show it once. */
    isPerhapsUnsent({ author, text }) {
      return author === "customer" && this.waiting().some(({ words }) => (words.text ?? "").trim() === text.trim());
    }

    release() {
      for (const [seq, message] of this.heldBack) {
        if (this.isPerhapsUnsent(message)) continue;
        this.heldBack.delete(seq);
        this.view.message(message);
      }
    }
  }

  /** An entry as the server takes it. */
  function onTheWire({ id, text, choice, files, language }) {
    return { id, text, choice, attachments: files?.length ? files.map((file) => file.id) : undefined, language };
  }

  // ---------------------------------------------------------------- the view

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);

  class AftercareChat extends HTMLElement {
    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.phrases = new Map();
      this.language = "";
      this.direction = "ltr";
      this.limits = { text: 4000, megabytes: 10 };
      this.files = []; // uploaded, waiting for the message they go with
      this.uploads = 0;
      this.revealed = 0; // where we last scrolled to
    }

    connectedCallback() {
      if (this.root) return;
      this.style.setProperty("--accent", COLOR);
      this.style.setProperty("--on-accent", readableOn(COLOR));
      this.build();
      this.listen();
      void this.begin();
    }

    /** Without its phrases the widget can not even name its button: it appears once they are there. */
    async begin() {
      const picked = stored(`${KEY}/language`);
      const wanted = picked?.page === PAGE_LANGUAGE ? picked.language : PAGE_LANGUAGE;
      for (let wait = SHORTEST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
        try {
          await this.speak(wanted);
          break;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
      this.input.value = tab.get(`${KEY}/draft`) ?? "";
      this.fitInput();
      this.shadowRoot.append(this.root);
      this.line = new Line(this);
      this.settleDown();
      this.line.start();
      if (tab.get(`${KEY}/open`)) this.open({ focus: false });
    }

    /** The history of a talk is not news: a screen reader should not read it all out. */
    settleDown() {
      if (!this.line.hasTalk) return;
      this.log.setAttribute("aria-busy", "true");
      setTimeout(() => this.log.removeAttribute("aria-busy"), 2000);
    }

    say(name) {
      return this.phrases.get(name) ?? "";
    }

    /** What to tell about a refusal: our own phrase where the code has one, the server's sentence otherwise. */
    sentence(code, sentence) {
      return this.say(code) || String(sentence ?? "");
    }

    build() {
      const button = (kind, name) => make("button", [["type", "button"], ["class", kind]], icon(name));
      this.launcher = button("launcher", "chat");
      this.launcher.append(icon("close"));
      this.launcher.setAttribute("aria-controls", "panel");
      this.launcher.setAttribute("aria-expanded", "false");
      this.heading = make("h2", [["class", "title"]]);
      this.picker = make("select", [["class", "language"]]);
      this.closer = button("plain", "close");
      this.log = make("div", [["class", "log"], ["role", "log"], ["aria-live", "polite"], ["tabindex", "0"]]);
      this.typingSign = make("div", [["class", "typing"], ["role", "status"]]);
      this.note = make("div", [["class", "note"], ["role", "status"]]);
      this.chips = make("div", [["class", "chips"]]);
      this.chooser = make("input", [["type", "file"], ["class", "chooser"], ["multiple", ""], ["accept", FILE_KINDS]]);
      this.attacher = button("plain", "clip");
      this.input = make("textarea", [["rows", "1"], ["enterkeyhint", "send"]]);
      this.sender = make("button", [["type", "submit"], ["class", "send"]], icon("send"));
      this.form = make("form", [["class", "composer"]], this.chooser, this.attacher, this.input, this.sender);
      const language = make("span", [["class", "languages"]], icon("globe"), this.picker);
      const header = make("header", [], this.heading, language, this.closer);
      this.panel = make("section", [["id", "panel"], ["class", "panel"], ["role", "dialog"], ["hidden", ""]],
        header, this.log, this.typingSign, this.note, this.chips, this.form);
      this.root = make("div", [["class", "root"]], this.launcher, this.panel);
      this.welcome = this.bubble("bot");
      this.log.append(this.welcome);
    }

    listen() {
      this.launcher.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
      this.closer.addEventListener("click", () => this.close());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.submit();
      });
      this.input.addEventListener("keydown", (event) => {
        const composing = event.isComposing || event.keyCode === 229; // Enter that ends an IME's word
        if (event.key !== "Enter" || event.shiftKey || composing) return;
        event.preventDefault();
        this.submit();
      });
      this.input.addEventListener("input", () => {
        tab.set(`${KEY}/draft`, this.input.value);
        if (!this.note.dataset.lost) this.note.textContent = "";
        this.fitInput();
      });
      this.panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !event.isComposing) this.close();
      });
      // Single-key shortcuts of the host page must not fire while somebody types here.
      for (const kind of ["keydown", "keyup", "keypress"]) {
        this.root.addEventListener(kind, (event) => event.stopPropagation());
      }
      this.picker.addEventListener("change", () => void this.pick(this.picker.value));
      this.attacher.addEventListener("click", () => this.chooser.click());
      this.chooser.addEventListener("change", () => this.takeFiles());
      visualViewport?.addEventListener("resize", () => this.fitKeyboard());
      visualViewport?.addEventListener("scroll", () => this.fitKeyboard());
    }

    open({ focus = true } = {}) {
      this.panel.hidden = false;
      this.launcher.setAttribute("aria-expanded", "true");
      this.launcher.setAttribute("aria-label", this.say("close"));
      tab.set(`${KEY}/open`, "1");
      this.fitInput();
      this.fitKeyboard();
      this.reveal(this.log.lastElementChild);
      if (focus) this.input.focus();
    }

    close() {
      this.panel.hidden = true;
      this.launcher.setAttribute("aria-expanded", "false");
      this.launcher.setAttribute("aria-label", this.say("open"));
      tab.remove(`${KEY}/open`);
      this.launcher.focus();
    }

    /** On a phone the sheet covers what the on-screen keyboard leaves free. */
    fitKeyboard() {
      if (!visualViewport) return;
      this.style.setProperty("--screen-height", `${visualViewport.height}px`);
      this.style.setProperty("--screen-top", `${visualViewport.offsetTop}px`);
    }

    fitInput() {
      this.input.dir = this.input.value ? "auto" : this.direction; // an empty field has no direction of its own
      this.input.style.setProperty("block-size", "auto");
      if (this.input.scrollHeight) this.input.style.setProperty("block-size", `${this.input.scrollHeight + 2}px`);
      this.sender.classList.toggle("idle", !this.input.value.trim() && !this.files.length);
    }

    // ---- language

    async speak(language) {
      const answer = await request("GET", `widget${language ? `?lang=${encodeURIComponent(language)}` : ""}`);
      const { language: code, direction, languages, phrases, limits } = await answer.json();
      this.language = code;
      this.direction = direction === "rtl" ? "rtl" : "ltr";
      this.phrases = new Map(Object.entries(phrases));
      this.limits = { text: Number(limits?.text) || 4000, megabytes: Number(limits?.attachment_mb) || 10 };
      const option = ({ code: value, name }) => make("option", [["value", value], ["lang", value]], name);
      this.picker.replaceChildren(...languages.map(option));
      this.picker.value = code;
      this.name();
    }

    /** Every phrase into its place. */
    name() {
      const atStart = (POSITION === "left") === (this.direction === "ltr");
      this.root.classList.toggle("at-start", Boolean(POSITION) && atStart);
      this.root.dir = this.direction;
      this.root.lang = this.language;
      this.heading.textContent = this.say("title");
      this.input.placeholder = this.say("placeholder");
      this.typingSign.replaceChildren();
      const labels = [[this.panel, "title"], [this.log, "talk"], [this.closer, "close"], [this.picker, "language"],
        [this.input, "placeholder"], [this.attacher, "attach"], [this.sender, "send"],
        [this.launcher, this.panel.hidden ? "open" : "close"]];
      for (const [element, phrase] of labels) element.setAttribute("aria-label", this.say(phrase));
      for (const button of [this.attacher, this.sender, this.closer]) button.title = button.getAttribute("aria-label");
      this.welcome.hidden = !this.say("welcome");
      this.fill(this.welcome, { author: "bot", text: this.say("welcome"), lang: this.language });
      for (const element of this.log.children) this.nameBubble(element);
      this.fitInput();
    }

    async pick(language) {
      try {
        await this.speak(language);
      } catch {
        this.picker.value = this.language;
        this.note.textContent = this.say("offline");
        return;
      }
      lasting.set(`${KEY}/language`, JSON.stringify({ page: PAGE_LANGUAGE, language }));
      const label = this.picker.selectedOptions[0].textContent;
      if (this.line.hasTalk) this.line.send({ choice: `language:${language}`, text: label, language });
    }

    // ---- writing

    submit() {
      const text = this.input.value.trim();
      if (this.uploads || (!text && !this.files.length)) return;
      if ([...text].length > this.limits.text) {
        this.note.textContent = this.say("too_long");
        return;
      }
      this.line.send({ text: text || undefined, files: this.files, language: this.language });
      this.files = [];
      this.chips.replaceChildren();
      this.input.value = "";
      tab.remove(`${KEY}/draft`);
      this.note.textContent = "";
      this.fitInput();
      this.input.focus();
    }

    takeFiles() {
      const chosen = [...this.chooser.files].slice(0, MOST_FILES - this.files.length - this.uploads);
      this.chooser.value = "";
      this.note.textContent = "";
      for (const file of chosen) {
        if (file.size > this.limits.megabytes * 1024 * 1024) this.note.textContent = this.say("file_too_large");
        else void this.upload(file);
      }
    }

    async upload(file) {
      const chip = make("button", [["type", "button"], ["class", "chip busy"]]);
      chip.append(icon("file"), make("bdi", [], file.name), icon("close"));
      this.chips.append(chip);
      this.uploads += 1;
      try {
        const form = new FormData();
        form.append("file", file);
        const kept = await (await request("POST", "attachments", { token: await ensureToken(), form })).json();
        this.files.push({ id: kept.id, name: kept.name, media_type: kept.media_type, size: kept.size });
        chip.classList.remove("busy");
        chip.addEventListener("click", () => {
          this.files = this.files.filter(({ id }) => id !== kept.id);
          chip.remove();
          this.fitInput();
          this.input.focus();
        });
      } catch (error) {
        chip.remove();
        const known = new Map([[413, "file_too_large"], [415, "file_refused"], [429, "too_many"]]);
        const code = error instanceof Refused ? (known.get(error.status) ?? error.code) : "offline";
        this.note.textContent = this.sentence(code, error.sentence) || this.say("failed");
      } finally {
        this.uploads -= 1;
        this.fitInput();
      }
    }

    async download({ id, name }, opener) {
      opener.disabled = true;
      try {
        const answer = await request("GET", `attachments/${encodeURIComponent(id)}`, { token: lasting.get(KEY) });
        // A neutral type: whatever the file is, the browser saves it and never shows it as a page.
        const blob = new Blob([await answer.arrayBuffer()], { type: "application/octet-stream" });
        const address = URL.createObjectURL(blob);
        make("a", [["href", address], ["download", name]]).click();
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
      } catch (error) {
        this.note.textContent = error.sentence || this.say("offline");
      } finally {
        opener.disabled = false;
      }
    }

    // ---- showing

    bubble(author) {
      const text = make("div", [["class", "text"]]);
      const element = make("div", [["class", `turn ${author}`]], make("span", [["class", "who"]]), text);
      element.author = author;
      return element;
    }

    nameBubble(element) {
      const role = { customer: "you", agent: "colleague" }[element.author] ?? "assistant";
      element.querySelector(".who").textContent = this.say(role) + (element.edited ? ` · ${this.say("edited")}` : "");
      const state = element.querySelector(".state");
      if (state) state.textContent = this.stateOf(element);
      const again = element.querySelector(".retry");
      if (again) again.textContent = this.say("retry");
    }

    stateOf(element) {
      if (element.dataset.state === "failed") return element.sentence || this.say("failed");
      if (element.dataset.state === "sending") return this.say("sending");
      return `${this.say("sent")} · ${this.clock(element.at)}`;
    }

    clock(at) {
      const today = new Date().toDateString() === at.toDateString();
      const style = today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
      return new Intl.DateTimeFormat(this.language || undefined, style).format(at);
    }

    fill(element, { author, text, lang, revision, attachments = [] }) {
      element.edited = Boolean(revision);
      const body = element.querySelector(".text");
      const known = typeof lang === "string" && /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(lang);
      const rightToLeft = known && RIGHT_TO_LEFT.has(lang.split("-")[0]);
      if (known) body.lang = lang;
      body.dir = author === "bot" && known ? (rightToLeft ? "rtl" : "ltr") : "auto";
      body.replaceChildren(author === "customer" ? text : formatted(text, rightToLeft));
      body.hidden = !text;
      for (const file of attachments) element.append(this.fileButton(file));
    }

    fileButton(file) {
      const size = new Intl.NumberFormat(this.language || undefined, { maximumFractionDigits: 1 });
      const kilobytes = Math.max(1, file.size / 1024);
      const isSmall = kilobytes < 1024;
      const label = isSmall ? `${size.format(Math.round(kilobytes))} kB` : `${size.format(kilobytes / 1024)} MB`;
      const button = make("button", [["type", "button"], ["class", "file"]],
        icon("file"), make("bdi", [], String(file.name)), make("bdi", [["class", "size"]], label));
      button.addEventListener("click", () => void this.download(file, button));
      return button;
    }

    /** A stored message, in the order of the server's numbers. */
    message(message) {
      const follow = this.isAtEnd();
      if (message.author !== "customer") this.typing(false);
      const element = this.bubble(message.author === "customer" || message.author === "agent" ? message.author : "bot");
      this.fill(element, message);
      if (message.author === "customer") this.showState(element, "sent", message.at);
      else this.offer(element, message);
      this.place(element, message.seq);
      this.nameBubble(element);
      this.closeOldChoices();
      if (follow) this.reveal(element);
    }

    /** A message that is shown already has other words now. */
    edited(message) {
      const element = [...this.log.children].find(({ seq }) => seq === message.seq);
      if (!element) return;
      this.fill(element, { ...message, attachments: [] });
      this.nameBubble(element);
    }

    offer(element, { choices = [], reply_to: replyTo }) {
      element.replyTo = replyTo ?? null;
      if (!choices.length) return;
      const group = make("div", [["class", "choices"], ["role", "group"], ["dir", "auto"]]);
      for (const { id, label } of choices) {
        const button = make("button", [["type", "button"], ["class", "choice"]], String(label));
        button.addEventListener("click", () => {
          for (const other of group.children) other.disabled = true;
          this.line.send({ choice: id, text: String(label), language: this.language });
          this.input.focus();
        });
        group.append(button);
      }
      element.append(group);
    }

    /** Only the choices of the latest answer can be pressed; one answer may be several messages. */
    closeOldChoices() {
      const answers = [...this.log.children].filter(({ replyTo }) => replyTo !== undefined);
      const last = answers.pop();
      for (const element of answers) {
        if (last.replyTo !== null && element.replyTo === last.replyTo) continue;
        for (const button of element.querySelectorAll(".choice")) button.disabled = true;
      }
    }

    place(element, seq) {
      element.seq = seq;
      const next = [...this.log.children].find((other) => other !== element && other.seq > seq);
      if (next) next.before(element);
      else this.log.append(element);
    }

    /** Whether the customer reads the newest message, and has not scrolled up to an older one. */
    isAtEnd() {
      const { scrollHeight, scrollTop, clientHeight } = this.log;
      return Math.abs(scrollTop - this.revealed) < 2 || scrollHeight - scrollTop - clientHeight < 80;
    }

    /** Scroll to the end; of an answer taller than the view, to its beginning. */
    reveal(element) {
      const start = element.author === "customer" ? Infinity : element.offsetTop - this.log.offsetTop - 12;
      this.log.scrollTop = Math.min(start, this.log.scrollHeight);
      this.revealed = this.log.scrollTop;
    }

    showState(element, state, at = Date.now(), sentence = "") {
      element.dataset.state = state;
      element.at = new Date(at);
      element.sentence = sentence;
      element.querySelector(".status")?.remove();
      const status = make("div", [["class", "status"]], make("span", [["class", "state"]]));
      if (state === "failed") {
        const again = make("button", [["type", "button"], ["class", "retry"]]);
        again.addEventListener("click", () => {
          this.line.retry(element.entry);
          this.input.focus();
        });
        status.append(again);
      }
      element.append(status);
      this.nameBubble(element);
    }

    bubbleOf(entry) {
      return [...this.log.children].find((element) => element.entry === entry.id);
    }

    pending(entry) {
      let element = this.bubbleOf(entry);
      if (element?.dataset.state === entry.state && element.sentence === entry.sentence) return;
      if (!element) {
        element = this.bubble("customer");
        element.entry = entry.id;
        this.fill(element, { author: "customer", text: entry.words.text ?? "", attachments: entry.words.files });
        this.place(element, Infinity);
      }
      this.showState(element, entry.state, entry.words.at, entry.sentence);
      this.reveal(element);
    }

    settled(entry, seq) {
      const element = this.bubbleOf(entry);
      if (!element) return;
      const others = [...this.log.children].filter((other) => other !== element);
      if (others.some((other) => other.seq === seq)) {
        element.remove();
        return;
      }
      element.entry = null;
      element.seq = seq;
      const next = others.find((other) => other.seq > seq);
      if (next && next.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) next.before(element);
      this.showState(element, "sent", entry.words.at);
    }

    dropped(entry) {
      this.bubbleOf(entry)?.remove();
    }

    /** Another visitor now: what this one may not see again goes; what is unsent stays. */
    forgotten() {
      for (const element of [...this.log.children]) if (element !== this.welcome && !element.entry) element.remove();
    }

    typing(on) {
      clearTimeout(this.typingTimer);
      this.typingSign.replaceChildren();
      if (!on) return;
      const dots = make("span", [["class", "dots"], ["aria-hidden", "true"]], make("i"), make("i"), make("i"));
      this.typingSign.append(dots, make("span", [["class", "quiet"]], this.say("typing")));
      this.typingTimer = setTimeout(() => this.typing(false), TYPING_LASTS);
    }

    /** A blink of the line is not worth a word: only a break that lasts is told. */
    connected(on) {
      if (!on) {
        this.lostTimer ??= setTimeout(() => this.tellLost(), 2000);
        return;
      }
      clearTimeout(this.lostTimer);
      this.lostTimer = null;
      if (this.note.dataset.lost) this.note.textContent = "";
      delete this.note.dataset.lost;
    }

    tellLost() {
      this.note.dataset.lost = "1";
      this.note.textContent = this.say("offline");
    }

    notice(code, sentence) {
      this.note.textContent = this.sentence(code, sentence);
    }
  }

  customElements.define(ELEMENT, AftercareChat);

  const place = () => document.querySelector(ELEMENT) ?? document.body.append(document.createElement(ELEMENT));
  if (document.body && document.readyState !== "loading") place();
  else addEventListener("DOMContentLoaded", place, { once: true });
})();
