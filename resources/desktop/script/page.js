// Lets run.cgi run the script of this folder, and shows what it prints while it runs.
"use strict";

const TEXTS = {
    en: {
        run: "Run", stop: "Stop", force: "Stop now", output: "Output", since: "Started",
        never: "Not run yet.", running: "Running.", stopping: "Stopping…", done: "Done.", code: "Ended with code",
        stopped: "Stopped.", broken: "It did not come to its end.", away: "The NAS does not answer. Trying again…",
        odd: "The NAS gave an answer that this page does not understand.", gap: "Only the last part is shown.",
        before: "Press Run to start the script. What it prints appears here.",
        wait: "Nothing printed yet.", nothing: "The script printed nothing.",
    },
    de: {
        run: "Ausführen", stop: "Anhalten", force: "Sofort beenden", output: "Ausgabe", since: "Gestartet:",
        never: "Noch nicht ausgeführt.", running: "Läuft.", stopping: "Wird angehalten…", done: "Fertig.",
        code: "Beendet mit Code", stopped: "Angehalten.", broken: "Nicht bis zum Ende gelaufen.",
        away: "Das NAS antwortet nicht. Neuer Versuch…", odd: "Diese Seite versteht die Antwort des NAS nicht.",
        gap: "Nur der letzte Teil ist zu sehen.",
        before: "„Ausführen“ startet das Skript. Hier erscheint, was es ausgibt.",
        wait: "Noch keine Ausgabe.", nothing: "Das Skript hat nichts ausgegeben.",
    },
    fr: {
        run: "Exécuter", stop: "Arrêter", force: "Arrêter tout de suite", output: "Sortie", since: "Démarré :",
        never: "Pas encore exécuté.", running: "En cours.", stopping: "Arrêt en cours…", done: "Terminé.",
        code: "Terminé avec le code", stopped: "Arrêté.", broken: "N’est pas allé jusqu’au bout.",
        away: "Le NAS ne répond pas. Nouvel essai…", odd: "Cette page ne comprend pas la réponse du NAS.",
        gap: "Seule la dernière partie est affichée.",
        before: "« Exécuter » démarre le script. Sa sortie apparaît ici.",
        wait: "Rien n’est encore affiché.", nothing: "Le script n’a rien affiché.",
    },
};
const KEPT = 1000000; // letters: browsers become slow with more
const BLOCK = 20000; // letters: a block that text is added to is laid out anew
const SOON = 250; // milliseconds until the next look, while the script prints
const LATER = 2000; // the longest time until then

const language = TEXTS[navigator.language.slice(0, 2)] ? navigator.language.slice(0, 2) : "en";
const words = TEXTS[language];
const run = document.getElementById("run");
const stop = document.getElementById("stop");
const state = document.getElementById("state");
const gap = document.getElementById("gap");
const output = document.getElementById("output");

let number = ""; // of the run that is shown
let seen = 0; // bytes of its output
let shown = 0; // letters of it on the page
let letters = new TextDecoder();
let stopping = false;
let delay = SOON;
let timer = 0;
let queue = Promise.resolve();

// DSM gives a token to its own pages, against requests that other pages send in the user's name.
function token() {
    try {
        const session = window.parent.SYNO.SDS.Session;
        if (session.SynoToken) {
            return session.SynoToken;
        }
    } catch {
        // opened in a tab of its own
    }
    return new URLSearchParams(location.search).get("SynoToken") || "";
}

// One request after the other; `order` is "start", "stop" or nothing, which only looks.
function ask(order) {
    clearTimeout(timer);
    queue = queue.then(() => exchange(order));
}

async function exchange(order) {
    const known = token();
    const query = `${order ? `${order}=1&` : ""}from=${seen}&run=${number}${known ? `&SynoToken=${encodeURIComponent(known)}` : ""}`;
    const headers = { "X-Requested-With": "run", ...(known ? { "X-SYNO-TOKEN": known } : {}) };
    let reply = null;
    let bytes = null;
    clearTimeout(timer);
    try {
        reply = await fetch(`run.cgi?${query}`, { method: order ? "POST" : "GET", headers, cache: "no-store" });
        bytes = new Uint8Array(await reply.arrayBuffer());
    } catch {
        reply = null;
    }
    if (!reply || reply.status > 500) { // gone, or the web server of DSM starts anew
        say(words.away, "bad");
        timer = setTimeout(ask, LATER);
    } else if (reply.ok) {
        read(bytes);
    } else { // run.cgi says why in plain text; DSM sends pages
        const isPlain = (reply.headers.get("Content-Type") || "").startsWith("text/plain");
        rest(isPlain ? new TextDecoder().decode(bytes).trim() : `${words.odd} (${reply.status})`, "bad");
    }
}

// The first line tells how it stands (see run.cgi), then comes output.
function read(bytes) {
    const end = bytes.indexOf(10);
    const first = new TextDecoder().decode(bytes.subarray(0, end)).split(" ");
    if (first[0] === "never") {
        empty("");
        rest(words.never);
    } else if (/^\d+ [a-z]+ \d+ \d+/.test(first.join(" "))) {
        show(first[0], Number(first[2]), bytes.subarray(end + 1), first[1] === "running");
        tell(first[1], first[3], first[4]);
    } else {
        rest(words.odd, "bad");
    }
}

function empty(which) {
    number = which;
    seen = 0;
    shown = 0;
    letters = new TextDecoder();
    output.textContent = "";
    output.dataset.empty = words.before;
    gap.hidden = true;
}

function show(which, from, bytes, more) {
    let begin = 0;
    if (which !== number || from !== seen) { // of another run, or too much has come since
        empty(which);
        gap.hidden = from === 0;
        begin = from === 0 ? 0 : bytes.indexOf(10) + 1;
    }
    // Bytes are counted, not letters: the end of one answer may be the middle of a letter.
    seen = from + bytes.length;
    delay = bytes.length ? SOON : Math.min(delay * 1.5, LATER);
    append(letters.decode(bytes.subarray(begin), { stream: more }));
}

// Where the next text goes: a new block only begins where a line does.
function lastBlock() {
    const last = output.lastChild;
    const text = last ? last.textContent : "";
    return last && !(text.length > BLOCK && text.endsWith("\n")) ? last : output.appendChild(document.createElement("div"));
}

function append(text) {
    if (!text) {
        return;
    }
    const follows = output.scrollHeight - output.scrollTop - output.clientHeight < 30;
    for (let left = text; left;) {
        const end = left.indexOf("\n", BLOCK) + 1 || left.length;
        lastBlock().append(left.slice(0, end));
        left = left.slice(end);
    }
    shown += text.length;
    while (shown > KEPT && output.childNodes.length > 1) {
        shown -= output.firstChild.textContent.length;
        output.firstChild.remove();
        gap.hidden = false;
    }
    if (follows) {
        output.scrollTop = output.scrollHeight;
    }
}

function tell(how, since, code) {
    const began = new Date(since * 1000).toLocaleString(language, { dateStyle: "medium", timeStyle: "medium" });
    const start = `${words.since} ${began}.`;
    output.dataset.empty = how === "running" ? words.wait : words.nothing;
    if (how === "running") {
        say(stopping ? words.stopping : `${words.running} ${start}`);
        run.setAttribute("aria-disabled", "true");
        stop.hidden = false;
        stop.textContent = stopping ? words.force : words.stop;
        timer = setTimeout(ask, delay);
    } else if (how === "ended" && code === "0") {
        rest(`${words.done} ${start}`, "good");
    } else if (how === "ended") {
        rest(`${words.code} ${code}. ${start}`, "bad");
    } else if (how === "stopped") {
        rest(`${words.stopped} ${start}`);
    } else {
        rest(`${words.broken} ${start}`, "bad");
    }
}

function say(text, kind = "") {
    if (state.textContent !== text) { // screen readers read it when it changes
        state.textContent = text;
    }
    state.className = kind;
}

// Nothing runs: only Run can be pressed.
function rest(text, kind) {
    const hadFocus = document.activeElement === stop;
    say(text, kind);
    stopping = false;
    stop.hidden = true;
    run.removeAttribute("aria-disabled");
    if (hadFocus) {
        run.focus();
    }
}

document.documentElement.lang = language;
run.textContent = words.run;
stop.textContent = words.stop;
gap.textContent = words.gap;
output.setAttribute("aria-label", words.output);
run.addEventListener("click", () => {
    if (run.getAttribute("aria-disabled") !== "true") {
        run.setAttribute("aria-disabled", "true");
        delay = SOON;
        ask("start");
    }
});
stop.addEventListener("click", () => {
    stopping = true;
    delay = SOON;
    ask("stop");
});
ask();
