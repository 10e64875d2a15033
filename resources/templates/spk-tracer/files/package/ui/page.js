// Shows the log of the tracer: a list of steps, and what the chosen step saw. log.cgi gives the text.
"use strict";

const TEXTS = {
    en: { refresh: "Refresh", download: "Download", clear: "Clear", filter: "Filter", empty: "Nothing was written down yet.", none: "No step has these words.", first: "Each script and wizard that Package Center runs for this package appears here.", step: "Step", steps: "steps", sure: "Delete everything that was written down?", away: "The NAS does not answer." },
    de: { refresh: "Aktualisieren", download: "Herunterladen", clear: "Leeren", filter: "Filtern", empty: "Noch nichts aufgeschrieben.", none: "Kein Schritt enthält diese Wörter.", first: "Hier erscheint jedes Skript und jeder Assistent, den das Paketzentrum für dieses Paket ausführt.", step: "Schritt", steps: "Schritte", sure: "Alles Aufgeschriebene löschen?", away: "Das NAS antwortet nicht." },
    fr: { refresh: "Actualiser", download: "Télécharger", clear: "Vider", filter: "Filtrer", empty: "Rien n’est encore noté.", none: "Aucune étape ne contient ces mots.", first: "Chaque script et chaque assistant que le centre de paquets exécute pour ce paquet apparaît ici.", step: "Étape", steps: "étapes", sure: "Supprimer tout ce qui est noté ?", away: "Le NAS ne répond pas." },
};
const language = TEXTS[navigator.language.slice(0, 2)] ? navigator.language.slice(0, 2) : "en";
const words = TEXTS[language];
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
    steps.parentElement.hidden = !found.length;
    block.dataset.empty = blocks.length ? words.none : words.first;
    say(blocks.length ? `${found.length} / ${blocks.length} ${words.steps}` : words.empty);
    if (found.length) {
        show(found[0], steps.querySelector("button"));
    }
}

function say(text, kind = "") {
    note.textContent = text;
    note.className = kind;
}

async function load(what, options) {
    let answer = null;
    let text = "";
    try {
        answer = await fetch(addressOf(what), { cache: "no-store", credentials: "same-origin", ...options });
        text = await answer.text();
    } catch (error) {
        say(words.away, "bad"); // what was shown stays
        return;
    }
    blocks = answer.ok ? parse(text) : [];
    list();
    if (!answer.ok) {
        block.dataset.empty = "";
        say(text.trim() || `${answer.status} ${answer.statusText}`, "bad");
    }
}

document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = words[element.dataset.text];
}
filter.placeholder = words.filter;
filter.setAttribute("aria-label", words.filter);
steps.setAttribute("aria-label", words.steps);
block.setAttribute("aria-label", words.step);
filter.addEventListener("input", list);
document.getElementById("refresh").addEventListener("click", () => load("show"));
document.getElementById("clear").addEventListener("click", () => {
    if (confirm(words.sure)) {
        load("clear", { method: "POST", headers: { "X-Requested-With": "tracer" } });
    }
});
document.getElementById("download").href = addressOf("download");
load("show");
