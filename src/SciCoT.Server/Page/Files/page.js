"use strict";

const element = id => document.getElementById(id);
const keyStore = "scicot.key";
const openHint = "No choices were found in the question, so it was answered as an open one. Write choices as (A)\u00a0… (B)\u00a0…, or one a line.";
const unreachable = "The server cannot be reached.";
const shortenedHint = "Question, choices and rationale together are longer than the model reads: the end of the context or the beginning of the question was left out.";

let models = [];
let loading = null;
let running = null;

/** Numbers do not break from their sign. */
const percent = share => `${Math.round(100 * share)}\u00a0%`;

/** The model's card, emptied. */
function cardOf(model) {
  const card = element("answer").content.firstElementChild.cloneNode(true);
  card.dataset.model = model;
  card.setAttribute("aria-busy", "true");
  card.querySelector("h2").textContent = model;
  showNote(card, "Waiting for the model…");
  return card;
}

function showNote(card, text) {
  card.querySelector(".note").textContent = text;
  card.querySelector(".note").hidden = !text;
}

/** The next piece of a rationale; what does not fit is scrolled, so the end is shown. */
function appendRationale(card, text) {
  const rationale = card.querySelector(".rationale");
  rationale.textContent += text;
  takeKeyboard(rationale);
  rationale.scrollTop = rationale.scrollHeight;
  showNote(card, "Writing the rationale…");
}

/** What is scrolled within the page is reached by Tab. */
function takeKeyboard(part) {
  if (part.scrollHeight > part.clientHeight) part.tabIndex = 0;
}

/** Shows the choices of an answer as bars, the chosen one marked; an open question's answer as text. */
function showAnswer(card, answer) {
  const rationale = card.querySelector(".rationale");
  rationale.textContent = answer.rationales.join("\n") || "This model writes no rationale.";
  takeKeyboard(rationale);
  rationale.scrollTop = 0;
  card.querySelector(".bars").replaceChildren(...answer.choices.map(choice => barOf(choice, choice.label === answer.label)));
  const isOpen = answer.choices.length === 0;
  const text = card.querySelector(".text");
  text.hidden = !isOpen;
  text.replaceChildren(...isOpen ? ["Answer: ", apart(answer.text), ` (${percent(answer.confidence)})`] : []);
  const hints = [isOpen && openHint, answer.shortened && shortenedHint].filter(hint => hint);
  showNote(card, hints.join(" "));
  card.dataset.answer = answer.label ?? answer.text;
}

function barOf(choice, isChosen) {
  const bar = document.createElement("li");
  bar.classList.toggle("best", isChosen);
  bar.style.setProperty("--share", `${100 * choice.probability}%`);
  const name = document.createElement("span");
  name.className = "name";
  name.append(`${isChosen ? "✓ " : ""}(${choice.label}) `, apart(choice.text));
  if (isChosen) name.append(unseen(", chosen"));
  const share = document.createElement("span");
  share.className = "share";
  share.textContent = percent(choice.probability);
  bar.append(name, share);
  return bar;
}

/** Text whose letters may run from right to left, without an effect on those around it. */
function apart(text) {
  const part = document.createElement("bdi");
  part.textContent = text;
  return part;
}

/** Text for those who hear the page. */
function unseen(text) {
  const span = document.createElement("span");
  span.className = "unseen";
  span.textContent = text;
  return span;
}

function showProblem(text, place = element("problem")) {
  place.textContent = text ?? "";
  place.hidden = !text;
}

/** The browser's own words for a lost connection tell a reader nothing. */
function lost(error) {
  throw error.name === "AbortError" ? error : new Error(unreachable);
}

async function request(address, body, signal) {
  const headers = {};
  const key = element("key").value.trim();
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(address, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal }).catch(lost);
  if (response.ok) return response;
  if (response.status === 401) {
    element("key-row").hidden = false;
    throw new Error(key ? "The server does not accept this API key." : "The server needs an API key. Enter it above.");
  }
  const problem = await response.json().catch(() => null);
  throw new Error(problem?.error?.message ?? `The server answers ${response.status}.`);
}

/** Reads server-sent events from a response; unlike EventSource, a question can be sent in a body. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let chunk; !(chunk = await reader.read().catch(lost)).done;) {
    text += chunk.value;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const lines = text.slice(0, end).split("\n");
      const field = name => lines.filter(line => line.startsWith(name + ": ")).map(line => line.slice(name.length + 2)).join("\n");
      yield { type: field("event"), data: JSON.parse(field("data")) };
    }
  }
}

async function askModel(card, question, signal) {
  const model = card.dataset.model;
  try {
    const response = await request("v1/answers", { model, question, stream: true }, signal);
    let answer = null;
    for await (const { type, data } of events(response)) {
      if (type === "error") throw new Error(data.error.message);
      if (type === "rationale") appendRationale(card, data.text);
      else answer = data;
    }
    if (!answer) throw new Error("The connection ended before the answer.");
    showAnswer(card, answer);
    return `${model}: ${answer.label ? `(${answer.label}) ` : ""}${answer.text}, ${percent(answer.confidence)}.`;
  } catch (error) {
    // One model's failure stands in its card: the others' answers stay.
    const isStopped = error.name === "AbortError";
    showNote(card, isStopped ? "Stopped." : "");
    if (!isStopped) showProblem(error.message, card.querySelector(".problem"));
    throw error;
  } finally {
    card.removeAttribute("aria-busy");
  }
}

/** The models that are ticked. Where there is one, it is. */
function chosenModels() {
  return [...element("models").querySelectorAll("input:checked")].map(box => box.value);
}

/** Asks the models that are ticked. What is under way is given up. */
async function ask() {
  const question = element("question").value.trim();
  if (!question) return;
  running?.abort();
  const run = running = new AbortController();
  showProblem(null);
  element("status").textContent = "";
  element("send").textContent = "Stop";
  try {
    await modelsLoaded();
    if (run.signal.aborted) return;
    history.replaceState(null, "", `#${encodeURIComponent(question)}`);
    const cards = chosenModels().map(cardOf);
    if (cards.length === 0) throw new Error("No model is ticked.");
    element("answers").replaceChildren(...cards);
    cards[0].scrollIntoView({ block: "nearest" });
    const results = await Promise.allSettled(cards.map(card => askModel(card, question, run.signal)));
    if (run.signal.aborted) return;
    // What every model refuses is told once.
    const problems = new Set(results.map(result => result.reason?.message));
    const isWritten = cards.some(card => card.querySelector(".rationale").textContent);
    if (results[0].reason && problems.size === 1 && !isWritten) throw results[0].reason;
    element("status").textContent = results.map(result => result.value).filter(result => result).join(" ");
  } catch (error) {
    if (run.signal.aborted) return;
    element("answers").replaceChildren();
    showProblem(error.message);
  } finally {
    if (running === run) {
      running = null;
      element("send").textContent = "Ask";
    }
  }
}


/** Loads the models once; after a failure, for want of a key say, once more. */
function modelsLoaded() {
  loading ??= loadModels().catch(error => {
    loading = null;
    throw error;
  });
  return loading;
}

async function loadModels() {
  const response = await request("v1/models");
  sessionStorage.setItem(keyStore, element("key").value);
  models = (await response.json()).data.map(model => model.id);
  for (const model of models) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", value: model, checked: true });
    label.append(box, ` ${model}`);
    element("models").append(label);
  }
  element("models").hidden = models.length < 2;
  showCode();
}

/** The question as a program would ask it. */
function showCode() {
  const [model = models[0] ?? "science"] = chosenModels();
  const question = element("question").value.trim() || "What rusts? (A) iron (B) wood";
  const server = new URL(".", location.href).href;
  const needsKey = !element("key-row").hidden;
  const body = JSON.stringify({ model, question }).replaceAll("'", "'\\''");
  element("curl").textContent =
    `curl ${server}v1/answers \\\n  -H 'Content-Type: application/json' \\\n${needsKey ? "  -H \"Authorization: Bearer $KEY\" \\\n" : ""}  -d '${body}'`;
  element("csharp").textContent = [
    "using System.Net.Http.Json;",
    "using System.Text.Json.Nodes;",
    "",
    `using var http = new HttpClient { BaseAddress = new Uri(${JSON.stringify(server)}) };`,
    ...needsKey ? ["http.DefaultRequestHeaders.Authorization = new(\"Bearer\", Environment.GetEnvironmentVariable(\"KEY\"));"] : [],
    `var asked = new { model = ${JSON.stringify(model)}, question = ${JSON.stringify(question)} };`,
    "using var response = await http.PostAsJsonAsync(\"v1/answers\", asked);",
    "var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();",
    "Console.WriteLine($\"{answer![\"text\"]} ({(double)answer[\"confidence\"]!:P0})\");",
  ].join("\n");
}

async function copy(button) {
  const code = element(button.dataset.copies);
  let done = "Copied";
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Browsers give no clipboard to pages without https: the text can be copied by hand.
    getSelection().selectAllChildren(code);
    done = "Press Ctrl+C";
  }
  button.dataset.name ??= button.textContent;
  button.textContent = done;
  element("status").textContent = done;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { button.textContent = button.dataset.name; }, 2000);
}

element("ask").addEventListener("submit", event => {
  event.preventDefault();
  if (running && event.submitter) running.abort();
  else ask();
});
element("question").addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    element("ask").requestSubmit();
  }
});
element("examples").addEventListener("change", event => {
  if (event.target.value) element("question").value = event.target.value;
  showCode();
});
for (const id of ["question", "models"]) element(id).addEventListener("input", showCode);
element("key").addEventListener("change", () => modelsLoaded().then(() => showProblem(null), error => showProblem(error.message)));
for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", () => copy(button));

(async () => {
  element("key").value = sessionStorage.getItem(keyStore) ?? "";
  // A link may carry its question: #What rusts? (A) iron (B) wood
  const linked = decodeURIComponent(location.hash.slice(1));
  if (linked) element("question").value = linked;
  showCode();
  try {
    const { examples } = await (await request("page.json")).json();
    for (const question of examples) element("examples").add(new Option(question, question));
    element("examples").hidden = examples.length === 0;
    await modelsLoaded();
    if (linked) ask();
  } catch (error) {
    showProblem(error.message);
  }
})();
