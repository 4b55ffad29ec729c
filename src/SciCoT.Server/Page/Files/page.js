"use strict";

const element = id => document.getElementById(id);
const keyStore = "scicot.key";
const openHint = "No choices were found in the question, so it was answered as an open one. Write choices as (A) … (B) …, or one a line.";
const shortenedHint = "Question, choices and rationale together are longer than the model reads: the end of the context or the beginning of the question was left out.";

let models = [];
let loading = null;

/** Numbers do not break from their sign. */
const percent = share => `${Math.round(100 * share)}\u00a0%`;

/** The model's card, emptied. */
function cardOf(model) {
  const card = element("answer").content.firstElementChild.cloneNode(true);
  card.dataset.model = model;
  card.setAttribute("aria-busy", "true");
  card.querySelector("h2").textContent = model;
  return card;
}

/** Shows the choices of an answer as bars, the chosen one marked; an open question's answer as text. */
function showAnswer(card, answer) {
  card.querySelector(".rationale").textContent = answer.rationales.join("\n") || "This model writes no rationale.";
  card.querySelector(".bars").replaceChildren(...answer.choices.map(choice => barOf(choice, choice.label === answer.label)));
  const isOpen = answer.choices.length === 0;
  const text = card.querySelector(".text");
  text.hidden = !isOpen;
  text.textContent = isOpen ? `Answer: ${answer.text} (${percent(answer.confidence)})` : "";
  const hints = [isOpen && openHint, answer.shortened && shortenedHint].filter(hint => hint);
  const note = card.querySelector(".note");
  note.hidden = hints.length === 0;
  note.textContent = hints.join(" ");
  card.dataset.answer = answer.label ?? answer.text;
}

function barOf(choice, isChosen) {
  const bar = document.createElement("li");
  bar.classList.toggle("best", isChosen);
  bar.style.setProperty("--share", `${100 * choice.probability}%`);
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = `${isChosen ? "✓ " : ""}(${choice.label}) ${choice.text}`;
  if (isChosen) name.append(unseen(", chosen"));
  const share = document.createElement("span");
  share.className = "share";
  share.textContent = percent(choice.probability);
  bar.append(name, share);
  return bar;
}

/** Text for those who hear the page. */
function unseen(text) {
  const span = document.createElement("span");
  span.className = "unseen";
  span.textContent = text;
  return span;
}

function showProblem(text) {
  element("problem").textContent = text ?? "";
  element("problem").hidden = !text;
}

async function request(address, body) {
  const headers = {};
  const key = element("key").value.trim();
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(address, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  if (response.ok) return response;
  if (response.status === 401) element("key-row").hidden = false;
  const problem = await response.json().catch(() => null);
  throw new Error(problem?.error?.message ?? `The server answers ${response.status}.`);
}

/** Reads server-sent events from a response; unlike EventSource, a question can be sent in a body. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let chunk; !(chunk = await reader.read()).done;) {
    text += chunk.value;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const lines = text.slice(0, end).split("\n");
      const field = name => lines.filter(line => line.startsWith(name + ": ")).map(line => line.slice(name.length + 2)).join("\n");
      yield { type: field("event"), data: JSON.parse(field("data")) };
    }
  }
}

async function askModel(card, question) {
  const model = card.dataset.model;
  const response = await request("v1/answers", { model, question, stream: true });
  let answer = null;
  for await (const { type, data } of events(response)) {
    if (type === "error") throw new Error(data.error.message);
    if (type === "rationale") card.querySelector(".rationale").textContent += data.text;
    else answer = data;
  }
  if (!answer) throw new Error("The connection ended before the answer.");
  showAnswer(card, answer);
  card.removeAttribute("aria-busy");
  return `${model}: ${answer.label ? `(${answer.label}) ` : ""}${answer.text}, ${percent(answer.confidence)}.`;
}

/** The models that are ticked; where there is one, it is asked. */
function chosenModels() {
  const ticked = [...element("models").querySelectorAll("input:checked")].map(box => box.value);
  return ticked.length > 0 ? ticked : models.slice(0, 1);
}

async function ask() {
  const question = element("question").value.trim();
  if (!question || element("send").disabled) return;
  showProblem(null);
  element("status").textContent = "";
  element("send").disabled = true;
  try {
    await modelsLoaded();
    history.replaceState(null, "", `#${encodeURIComponent(question)}`);
    const cards = chosenModels().map(cardOf);
    element("answers").replaceChildren(...cards);
    const results = await Promise.all(cards.map(card => askModel(card, question)));
    element("status").textContent = results.join(" ");
  } catch (error) {
    element("answers").replaceChildren();
    showProblem(error.message);
  } finally {
    element("send").disabled = false;
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
  const [model = "science"] = chosenModels();
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
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(element(button.dataset.copies).textContent);
    button.textContent = "Copied";
  } catch {
    // Browsers give no clipboard to pages without https: the text can be copied by hand.
    getSelection().selectAllChildren(element(button.dataset.copies));
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { button.textContent = name; }, 2000);
}

element("ask").addEventListener("submit", event => {
  event.preventDefault();
  ask();
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
for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", () => copy(button));

(async () => {
  const settings = await (await fetch("page.json")).json();
  element("question").maxLength = settings.max_question_length;
  for (const question of settings.examples) element("examples").add(new Option(question, question));
  element("examples").hidden = settings.examples.length === 0;
  element("key").value = sessionStorage.getItem(keyStore) ?? "";
  // A link may carry its question: #What rusts? (A) iron (B) wood
  const linked = decodeURIComponent(location.hash.slice(1));
  if (linked) element("question").value = linked;
  showCode();
  try {
    await modelsLoaded();
    if (linked) ask();
  } catch (error) {
    showProblem(error.message);
  }
})();
