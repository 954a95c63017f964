/* The SPARQL editor: CodeMirror over the text field of the form, which stays what is sent.
 *
 * Without this script, or without the scripts it imports, the text field does the same work. The editor lives in a
 * shadow tree, for there CodeMirror hands its styles to the browser as objects, which a strict content security policy
 * allows; its colours come from the page. Tab is left to the browser: it leaves the editor, as it leaves any field.
 */

import { autocompletion, completionKeymap } from "./vendor/codemirror-autocomplete.js";
import { defaultKeymap, history, historyKeymap } from "./vendor/codemirror-commands.js";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "./vendor/codemirror-language.js";
import { EditorState } from "./vendor/codemirror-state.js";
import { EditorView, keymap, lineNumbers } from "./vendor/codemirror-view.js";
import { tags } from "./vendor/lezer-highlight.js";
import { sparql } from "./vendor/codemirror-lang-sparql.js";
import { suggestions } from "./suggestions.js";

const language = document.documentElement.lang === "uk" ? "uk" : "en";

const MESSAGES = {
    en: { hint: "Ctrl+Space suggests terms, Ctrl+Enter runs the query, Tab leaves the editor." },
    uk: {
        hint: "Ctrl+Пробіл пропонує терміни, Ctrl+Enter виконує запит, Tab виходить із редактора.",
        Completions: "Пропозиції",
        "current match": "поточний збіг",
    },
};

/* Each pair is for a light and a dark page; every colour has a contrast of at least 4.5 : 1 with both grounds it meets. */
const highlighting = HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "light-dark(#7a1f6e, #e3a8dc)", fontWeight: "600" },
    { tag: [tags.string, tags.special(tags.string)], color: "light-dark(#8a3b00, #f0b37e)" },
    { tag: [tags.variableName, tags.special(tags.variableName)], color: "light-dark(#0b5394, #8ec5ff)" },
    { tag: [tags.comment, tags.lineComment], color: "light-dark(#5a5a5a, #b0b0b0)", fontStyle: "italic" },
    { tag: [tags.number, tags.bool, tags.literal], color: "light-dark(#005c45, #7fd6ae)" },
    { tag: [tags.url, tags.link, tags.namespace, tags.typeName], color: "light-dark(#00596b, #7fd4e4)" },
]);

const MONOSPACE = "ui-monospace, Menlo, Consolas, monospace";
const theme = EditorView.theme({
    "&": {
        color: "var(--text, light-dark(#1b1b1b, #ededed))",
        backgroundColor: "var(--field, light-dark(#ffffff, #1c1c1c))",
        border: "1px solid var(--field-line, light-dark(#6b6b6b, #9a9a9a))",
        borderRadius: "0.25rem",
    },
    "&.cm-focused": { outline: "3px solid var(--focus, light-dark(#0b5394, #8ec5ff))", outlineOffset: "2px" },
    ".cm-scroller": { fontFamily: MONOSPACE, lineHeight: "1.5", minHeight: "16rem" },
    ".cm-content": { caretColor: "currentColor" },
    ".cm-gutters": {
        color: "light-dark(#595959, #b0b0b0)",
        backgroundColor: "transparent",
        borderRight: "1px solid light-dark(#d0d0d0, #444444)",
    },
    "& .cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
        backgroundColor: "light-dark(#d6e6f5, #24425e)",
        color: "inherit",
    },
    ".cm-tooltip": {
        color: "light-dark(#1b1b1b, #ededed)",
        backgroundColor: "light-dark(#ffffff, #262626)",
        border: "1px solid light-dark(#6b6b6b, #9a9a9a)",
        maxWidth: "min(34rem, 96vw)",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxWidth: "96vw", maxHeight: "none", fontFamily: MONOSPACE },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.3rem 0.5rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "#ffffff", backgroundColor: "#0b5394" },
    ".cm-completionDetail": { fontStyle: "normal", fontFamily: "system-ui, sans-serif" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
    ".cm-tooltip.cm-completionInfo": { padding: "0.5rem", maxWidth: "min(22rem, 92vw)" },
});

/* Ask the server for the terms of the graph; without them the words of SPARQL are still suggested. */
async function termsOfTheGraph() {
    const none = { prefixes: {}, terms: [] };
    const address = new URL(`../terms.json?lang=${language}`, import.meta.url);
    const found = await fetch(address).then((answer) => (answer.ok ? answer.json() : none), () => none);
    return { ...found, language };
}

let terms;
async function complete(context) {
    terms ??= termsOfTheGraph();
    return suggestions(context.state.doc.toString(), context.pos, context.explicit, await terms);
}

/* Put an editor in the place of a text field that keeps the text and sends it. */
function mount(field) {
    const label = field.labels[0];
    const host = document.createElement("div");
    host.className = "sparql-editor";
    field.before(host);
    const root = host.attachShadow({ mode: "open" });
    const run = () => (field.form.requestSubmit(), true);
    const view = new EditorView({
        parent: root,
        root,
        doc: field.value,
        extensions: [
            keymap.of([{ key: "Mod-Enter", run }, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
            autocompletion({ override: [complete], icons: false }),
            history(),
            lineNumbers(),
            bracketMatching(),
            sparql(),
            syntaxHighlighting(highlighting),
            theme,
            EditorView.lineWrapping,
            EditorState.phrases.of(MESSAGES[language]),
            EditorView.contentAttributes.of({ "aria-label": label.textContent.trim(), spellcheck: "false" }),
            EditorView.updateListener.of((update) => {
                if (update.docChanged) field.value = update.state.doc.toString();
            }),
        ],
    });
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = MESSAGES[language].hint;
    host.after(hint);
    field.hidden = true;
    field.required = false; // a hidden field cannot be pointed at: the server says that there is no query
    label.addEventListener("click", () => view.focus());
    field.form.addEventListener("reset", () =>
        setTimeout(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: field.value } })),
    );
    return view;
}

for (const field of document.querySelectorAll("textarea[name=query]")) mount(field);
