"use strict";

const element = id => document.getElementById(id);
const part = (system, selector) => element(system).querySelector(selector);

/** Shows the choices of an answer as bars, the chosen one marked. */
function showBars(system, answer) {
  part(system, ".bars").replaceChildren(...answer.choices.map(choice => {
    const bar = document.createElement("li");
    bar.classList.toggle("best", choice.label === answer.label);
    bar.style.setProperty("--share", `${100 * choice.probability}%`);
    const name = document.createElement("span");
    name.textContent = `(${choice.label}) ${choice.text}`;
    const share = document.createElement("span");
    share.textContent = `${Math.round(100 * choice.probability)} %`;
    bar.append(name, share);
    return bar;
  }));
  element(system).dataset.answer = answer.label ?? answer.text;
}

function showProblem(text) {
  element("problem").textContent = text ?? "";
  element("problem").hidden = !text;
}

async function problemOf(response) {
  const problem = await response.json().catch(() => null);
  return problem?.detail ?? (response.status === 429 ? "Too many questions at a time; try again shortly." : `The server answers ${response.status}.`);
}

/** Reads server-sent events from a response; unlike EventSource, a refusal can be read too and nothing is asked twice. */
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

async function askTwoStage(question) {
  part("two-stage", ".rationale").textContent = "";
  const response = await fetch(`api/stream?question=${encodeURIComponent(question)}`);
  if (!response.ok) throw new Error(await problemOf(response));
  for await (const { type, data } of events(response)) {
    if (type === "rationale") part("two-stage", ".rationale").textContent += data.text;
    else showBars("two-stage", data);
  }
}

async function askDirect(question) {
  const response = await fetch("api/answer", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, direct: true }),
  });
  if (!response.ok) throw new Error(await problemOf(response));
  showBars("direct", await response.json());
}

async function ask() {
  const question = element("question").value.trim();
  showProblem(null);
  element("send").disabled = true;
  for (const system of ["two-stage", "direct"]) {
    element(system).hidden = false;
    delete element(system).dataset.answer;
    part(system, ".bars").replaceChildren();
  }
  try {
    await Promise.all([askTwoStage(question), askDirect(question)]);
  } catch (error) {
    for (const system of ["two-stage", "direct"]) element(system).hidden = true;
    showProblem(error.message);
  } finally {
    element("send").disabled = false;
  }
}

element("ask").addEventListener("submit", event => {
  event.preventDefault();
  ask();
});
element("examples").addEventListener("change", event => {
  if (event.target.value) element("question").value = event.target.value;
});

(async () => {
  const response = await fetch("api/questions");
  for (const question of response.ok ? await response.json() : []) element("examples").add(new Option(question, question));
  // A link may carry its question: #What rusts? (A) iron (B) wood
  const linked = decodeURIComponent(location.hash.slice(1));
  if (linked) {
    element("question").value = linked;
    ask();
  }
})();
