"use strict";
// Airflow shows the page in a frame from which no link leads out. A link to another page of Airflow is followed by the
// page around it, which is of the same origin; without this script it opens inside the frame.
const framed = window.parent !== window;
document.documentElement.classList.add(framed ? "in-frame" : "on-its-own");
// Light or dark as Airflow around it, also when somebody changes that.
if (framed) {
  const around = window.parent.document.documentElement;
  const paint = () => {
    for (const colours of ["light", "dark"]) {
      document.documentElement.classList.toggle(colours, around.classList.contains(colours));
    }
  };
  new MutationObserver(paint).observe(around, { attributes: true, attributeFilter: ["class"] });
  paint();
}

function follow(address, target) {
  const around = framed ? window.parent.document : document;
  const link = around.createElement("a");
  link.href = address;
  if (target) {
    link.target = target;
    link.rel = "noopener";
  }
  around.body.append(link);
  link.click();
  link.remove();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-airflow], a[data-elsewhere], a[data-own-window], button[data-print]");
  if (!link) return;
  if ("print" in link.dataset) return window.print();
  if ("ownWindow" in link.dataset) {
    event.preventDefault();
    return follow(window.location.href, "_blank");
  }
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("elsewhere" in link.dataset) {
    event.preventDefault();
    follow(link.href, "_blank");
  } else if (framed) {
    event.preventDefault();
    follow(link.href, "");
  }
});

// A run is started by Airflow's own API, with the session of whoever clicks.
async function start(form) {
  const wrong = document.getElementById("wrong");
  const button = form.querySelector("button");
  const run = form.dataset.run;
  wrong.textContent = "";
  let conf;
  try {
    conf = JSON.parse(form.elements.params.value);
  } catch (error) {
    wrong.textContent = `Not JSON: ${error.message}`;
    return;
  }
  button.disabled = true;
  let answer;
  try {
    answer = await fetch(form.dataset.start, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ dag_run_id: run, logical_date: null, conf }),
    });
  } catch (error) {
    wrong.textContent = `Airflow does not answer: ${error.message}`;
    button.disabled = false;
    return;
  }
  // 409: this run was started by an earlier click.
  if (answer.ok || answer.status === 409) {
    const address = new URL(form.dataset.then + encodeURIComponent(run), window.location.href);
    follow(address.href, "");
    return;
  }
  let reason = answer.statusText;
  try {
    const { detail } = await answer.json();
    reason = typeof detail === "string" ? detail : JSON.stringify(detail);
  } catch {
    // The status alone then says what happened.
  }
  wrong.textContent = `Airflow did not start it (${answer.status}): ${reason}`;
  button.disabled = false;
}

for (const form of document.querySelectorAll("form[data-start]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(form);
  });
}
