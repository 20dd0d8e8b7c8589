// SPDX-License-Identifier: Apache-2.0
// The visit on the screen. The service says what state the reader is in; this shows it, and empties everything personal when the session ends.
import { Keypad } from "./keypad.js";
import { Service } from "./service.js";
import { words } from "./words.js";

const by = (id) => document.getElementById(id);
const kStillThere = 40000, kTouchEvery = 5000;

let language = "ja", service, reader = "", session = 0, expiry = "", birth = "", receipts = 0, lastTouch = 0, idleTimer;
const say = (text) => language in text ? text[language] : text.en;
const word = (name, values = {}) => say(words[name]).replace(/\{(\w)\}/g, (_, key) => values[key]);

// What stands on the screen is set by functions, so that a change of language can repeat them.
let redraw = () => {};
function draw(what) {
  redraw = what;
  what();
}

function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  by("language").textContent = word("other");
  by("photo").alt = word("photoOf");
  keypad.draw();
  showTrial();
  redraw();
}

function show(id, spoken) {
  for (const section of document.querySelectorAll("section")) section.classList.toggle("shown", section.id === id);
  const heading = document.querySelector(`#${id} h2, #${id} .large`);
  by("say").textContent = spoken ?? heading.textContent;
}

function notice(text, advice, left = false) {
  by("notice").classList.toggle("left", left);
  by("notice-text").textContent = text.replace(/。(?=.)/g, "。\n");   // a sentence, a line
  by("notice-advice").textContent = advice.replace(/。 ?(?=.)/g, "。\n");
  show("notice", `${text} ${advice}`);
}

// Nothing of the person stays in the document or in a variable.
function wipe() {
  for (const element of document.querySelectorAll(".personal")) {
    element.replaceChildren();
    element.removeAttribute("src");
  }
  keypad.close();
  session = 0;
  expiry = birth = "";
  clearTimeout(idleTimer);
  by("still-there").close();
}

const keypad = new Keypad(by("keys"), by("dots"), (name, values) => word(name, values));
const ask = (method, params = {}) => service.call(method, { reader, session, ...params });

// An answer for the session that was asked in; null when it has ended meanwhile, or was refused: the state that follows tells the person.
async function inSession(method, params) {
  const mine = session;
  try {
    const answer = await ask(method, params);
    return mine === session && session !== 0 ? answer : null;
  } catch (error) {
    if (error.data?.name === "pin-malformed") await home();
    return null;
  }
}

function counterLine(counter) {
  const line = document.createElement("li");
  const title = document.createElement("span"), rest = document.createElement("b");
  title.textContent = say(counter.title);
  rest.textContent = counter.remaining === 0 ? word("blocked") : word("ofTries", { n: counter.remaining ?? "-" });
  rest.className = counter.state === "ok" ? "" : "low";
  line.append(title, rest);
  return line;
}

async function home() {
  const identity = await inSession("identify"), counters = await inSession("counters"), renewal = await inSession("renewal");
  if (!identity || !counters) return;
  expiry = identity.expiry ?? "";
  draw(() => {
    if (session === 0) return;
    by("counters").replaceChildren(...counters.counters.map(counterLine));
    by("renewal").textContent = renewal?.due ? word("renewal", { d: renewal.certificate_until }) : "";
    show("home");
  });
}

async function askPin(title, hint) {
  if (!await inSession("pin.want")) return null;
  draw(() => {
    by("pad-title").textContent = word(title);
    by("pad-hint").textContent = word(hint);
    show("pad");
  });
  const pin = await keypad.ask(4);
  if (pin === null) await inSession("pin.decline");
  return pin;
}

function showDetails(answer) {
  const person = answer.attributes;
  birth = person.birth_date;
  const genuine = answer.genuine === "proven";   // all lines of the report, the card's own key among them
  draw(() => {
    if (session === 0) return;
    for (const field of ["name", "address"]) by(field).textContent = person[field];
    by("birth").textContent = person.birth_date;
    by("sex").textContent = word(person.sex);
    by("genuine").textContent = word(genuine ? "proven" : "unproven");
    by("photo-button").hidden = by("photo").hasAttribute("src");
    show("details-screen");
  });
}

async function details() {
  let pin = await askPin("pinTitle", "pinHint");
  if (pin === null) return session && home();
  const asked = inSession("attributes", { pin });
  pin = null;
  const answer = await asked;
  if (answer && !answer.attributes) draw(() => notice(word(answer.forged ? "unfitting" : "notProven"), word("takeCard")));
  else if (answer) showDetails(answer);
}

// Code B: birth date with the year of the era, year of expiry, security code.
function codeB(security) {
  const eras = [["2019-05-01", 2018], ["1989-01-08", 1988], ["1926-12-25", 1925], ["1912-07-30", 1911], ["0000", 1867]];
  const before = eras.find(([begin]) => birth >= begin)[1];
  return String(Number(birth.slice(0, 4)) - before).padStart(2, "0") + birth.slice(5, 7) + birth.slice(8, 10) + expiry.slice(0, 4) + security;
}

async function photo() {
  const back = redraw;
  const security = await askPin("codeTitle", "codeHint");
  const answer = security && await inSession("face", { pin: codeB(security) });
  if (session === 0) return;
  if (answer?.face) by("photo").src = `data:image/png;base64,${answer.face.photo_png}`;
  if (answer || security === null) draw(back);
}

async function confirm() {
  await inSession("confirm", { label: `receipt-${++receipts}` });
}

function receipt(label) {
  const at = new Date();
  draw(() => {
    by("receipt-number").textContent = label.replace("receipt-", "No. ");
    by("receipt-time").textContent = at.toLocaleString(language);
    show("receipt");
  });
  leave();   // the visit is over: from here the card counts as left behind
}

const screens = {
  idle: () => draw(() => show("place")),
  recognising: () => draw(() => show("busy")),
  comparing: () => draw(() => show("busy")),
  reading: () => draw(() => show("busy")),
  presented: () => home(),
  "asking-pin": () => {},
  served: (fresh) => fresh && home(),   // this page was loaded in the middle of a visit
  committed: () => {},
  "confirm-remove": () => draw(() => { by("retap-text").textContent = word("retapRemove"); show("retap"); }),
  "confirm-retap": () => draw(() => { by("retap-text").textContent = word("retapPlace"); show("retap"); }),
  finished: () => document.querySelector("#receipt.shown") || draw(() => notice(word("takeCard"), "")),
  "left-behind": () => draw(() => notice(word("left"), word("takeCard"), true)),
};

// `presented` comes again after a PIN that was declined and after each operation without a PIN; the home screen draws itself.
function onState(params) {
  const fresh = params.session !== 0 && params.session !== session;
  if (params.session === 0 || fresh) wipe();
  reader = params.reader;
  session = params.session;
  restartIdle();
  if (params.state === "presented" && !fresh) return;
  if (params.state === "reading" && document.querySelector("#home.shown, #busy.shown")) return;
  const screen = screens[params.state];
  if (screen) return screen(fresh);
  const tries = params.error?.tries_left;
  draw(() => notice(say(params.text), [params.error && say(params.error.advice), tries !== undefined && word("ofTries", { n: tries })].filter(Boolean).join(" ")));
}

function onNotice(method, params) {
  if (method === "state") onState(params);
  else if (method === "committed") receipt(params.label);
  else if (method === "dropped") draw(() => notice(word("dropped"), word("takeCard")));
  else if (method === "lost") location.reload();
}

function restartIdle() {
  clearTimeout(idleTimer);
  if (session !== 0) idleTimer = setTimeout(() => by("still-there").showModal(), kStillThere);
}

function touched() {
  restartIdle();
  if (session === 0 || Date.now() - lastTouch < kTouchEvery) return;
  lastTouch = Date.now();
  ask("touch").catch(() => {});
}

let trialCards = [];
function showTrial() {
  by("trial-cards").replaceChildren(...trialCards.map((card) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word("trialInsert", { n: card });
    button.onclick = () => service.call("trial.insert", { card }).catch(() => {});
    return button;
  }));
}

function gone() {
  wipe();
  draw(() => notice(word("lost"), word("lostAdvice")));
  setTimeout(start, 3000);
}

async function start() {
  // The token comes in the fragment, which is never sent anywhere, and stays in this tab's memory alone.
  start.token ??= location.hash.replace("#token=", "");
  history.replaceState(null, "", location.pathname);
  service = new Service(start.token, onNotice, gone);
  const hello = await service.ready.catch(() => null);
  if (!hello) return;
  by("trial").hidden = !hello.trial;
  if (hello.trial) trialCards = (await service.call("trial.cards")).cards;
  showTrial();
  const { readers } = await service.call("readers");
  if (readers.length > 0) onState(readers[0]);
}

const leave = () => service.call("cancel", { reader }).catch(() => {});
by("details").onclick = details;
by("photo-button").onclick = photo;
by("confirm").onclick = confirm;
by("decline").onclick = () => keypad.close();
by("leave").onclick = by("leave-details").onclick = by("stop").onclick = leave;
by("scramble").onclick = () => by("scramble").setAttribute("aria-pressed", String(keypad.scramble()));
by("still-here").onclick = () => { by("still-there").close(); lastTouch = 0; touched(); };
by("trial-remove").onclick = () => service.call("trial.remove").catch(() => {});
by("language").onclick = () => { language = language === "ja" ? "en" : "ja"; translate(); };
document.addEventListener("pointerdown", touched);
document.addEventListener("contextmenu", (event) => event.preventDefault());
draw(() => { by("notice").classList.remove("left"); show("busy", word("connecting")); });
translate();
start();
