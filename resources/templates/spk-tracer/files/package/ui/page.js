// Shows the log of the tracer: a list of steps, and what the chosen step saw. log.cgi gives the text.
"use strict";

const TEXTS = {
    en: { refresh: "Refresh", download: "Download", clear: "Clear", filter: "Filter", empty: "Nothing was written down yet.", steps: "steps", sure: "Delete everything that was written down?" },
    de: { refresh: "Aktualisieren", download: "Herunterladen", clear: "Leeren", filter: "Filtern", empty: "Noch nichts aufgeschrieben.", steps: "Schritte", sure: "Alles Aufgeschriebene löschen?" },
    fr: { refresh: "Actualiser", download: "Télécharger", clear: "Vider", filter: "Filtrer", empty: "Rien n’est encore noté.", steps: "étapes", sure: "Supprimer tout ce qui est noté ?" },
};
const words = TEXTS[navigator.language.slice(0, 2)] || TEXTS.en;
const steps = document.getElementById("steps");
const block = document.getElementById("block");
const note = document.getElementById("note");
const filter = document.getElementById("filter");
let blocks = [];

// DSM gives its own pages a token, against requests that other sites send in the user's name.
function addressOf(what) {
    let session = null;
    try {
        session = (window.parent.SYNO || {}).SDS.Session;
    } catch (error) {
        session = null; // opened in a tab of its own
    }
    const token = (session && session.SynoToken) || new URLSearchParams(location.search).get("SynoToken") || "";
    return `log.cgi?${what}${token ? `&SynoToken=${encodeURIComponent(token)}` : ""}`;
}

// A block begins with a line of 79 number signs; its title stands between two lines of stars.
function parse(text) {
    return text.split(/^#{79}\n/m).filter(Boolean).map((body) => ({
        title: (/^\* (.*) \*$/m.exec(body) || ["", "?"])[1],
        time: (/^Called at (.*)$/m.exec(body) || ["", ""])[1],
        body,
    }));
}

function show(chosen, button) {
    block.textContent = chosen.body;
    for (const other of steps.querySelectorAll("[aria-current]")) {
        other.removeAttribute("aria-current");
    }
    button.setAttribute("aria-current", "true");
}

function list() {
    const wanted = filter.value.toLowerCase();
    const found = blocks.filter((item) => item.body.toLowerCase().includes(wanted)).reverse();
    steps.textContent = "";
    block.textContent = "";
    for (const item of found) {
        const button = document.createElement("button");
        const time = document.createElement("small");
        button.textContent = item.title;
        time.textContent = item.time;
        button.append(time);
        button.addEventListener("click", () => show(item, button));
        steps.append(document.createElement("li"));
        steps.lastChild.append(button);
    }
    note.textContent = blocks.length ? `${found.length} / ${blocks.length} ${words.steps}` : words.empty;
    if (found.length) {
        show(found[0], steps.querySelector("button"));
    }
}

async function load(what, options) {
    const answer = await fetch(addressOf(what), { cache: "no-store", credentials: "same-origin", ...options });
    const text = await answer.text();
    blocks = answer.ok ? parse(text) : [];
    list();
    if (!answer.ok) {
        note.textContent = text;
    }
}

for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = words[element.dataset.text];
}
filter.placeholder = words.filter;
filter.addEventListener("input", list);
document.getElementById("refresh").addEventListener("click", () => load("show"));
document.getElementById("clear").addEventListener("click", () => {
    if (confirm(words.sure)) {
        load("clear", { method: "POST", headers: { "X-Requested-With": "tracer" } });
    }
});
document.getElementById("download").href = addressOf("download");
load("show");
