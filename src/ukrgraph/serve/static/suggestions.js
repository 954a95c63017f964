/* What the SPARQL editor suggests at a place of a query: words of the language, variables, and terms of the graph.
 *
 * Pure functions over the text; the answer has the form that CodeMirror's autocompletion takes. A term is found by its
 * local name and by its labels in both languages, and brings the PREFIX line that it needs.
 */

const KEYWORDS = `ASK BASE BIND BOUND BY CONSTRUCT COUNT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP_CONCAT HAVING IF IN
    LANG LANGMATCHES LIMIT MINUS NAMED NOT OFFSET OPTIONAL PREFIX REDUCED REGEX SAMPLE SELECT STR STRSTARTS UNION VALUES
    WHERE ABS AVG CEIL COALESCE CONCAT CONTAINS DATATYPE DAY ENCODE_FOR_URI FLOOR IRI ISBLANK ISIRI ISLITERAL ISNUMERIC
    LCASE MAX MIN MONTH REPLACE ROUND SAMETERM STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN SUBSTR SUM UCASE YEAR
    UNDEF DESC ASC SEPARATOR`.split(/\s+/u);
const PHRASES = ["GROUP BY", "ORDER BY", "NOT EXISTS", "NOT IN"];
const MOST = 12; // all of them are in sight: a list that scrolls would have to be reached by Tab
const RANKS = { class: 0, property: 0, concept: 1, entity: 1 };

/* Strings, IRIs and comments, as far as they go: one that is not closed goes to the end of its line, or of the text. */
const CLOSED = /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|<[^<>"{}|^`\s]*>|#[^\n]*/gu;

/* Tell whether the end of a text lies in a string, in a comment or in an IRI, where nothing is to be suggested. */
export function isInside(text) {
    const last = [...text.matchAll(CLOSED)].at(-1);
    if (last === undefined || last.index + last[0].length < text.length) return /<[a-z]+:[^\s<>]*$/iu.test(text);
    const [found] = last;
    return found.startsWith("#") || found.length < 2 || (found[0] !== "<" && !found.endsWith(found[0]));
}

/* Return the prefixes that a query declares, IRIs by name. */
export function declared(text) {
    const found = {};
    for (const [, name, iri] of text.matchAll(/^\s*PREFIX\s+([\w.-]*):\s*<([^>]*)>/gimu)) found[name] = iri;
    return found;
}

/* Return where a new PREFIX line goes: before the first line that is neither a comment nor empty. */
export function prologue(text) {
    let at = 0;
    for (const line of text.split("\n")) {
        if (line.trim() && !line.trimStart().startsWith("#")) break;
        at += line.length + 1;
    }
    return at > text.length ? 0 : at;
}

/* Return how a term is written in a query that declares `prefixes`, and the PREFIX line that is missing, if one is. */
export function written(term, prefixes, known) {
    const [name, local] = [term.name.slice(0, term.name.indexOf(":")), term.name.slice(term.name.indexOf(":") + 1)];
    const namespace = known[name];
    const theirs = Object.keys(prefixes).find((key) => prefixes[key] === namespace);
    if (theirs !== undefined) return { text: `${theirs}:${local}`, line: "" };
    if (name in prefixes) return { text: `<${namespace}${local}>`, line: "" };
    return { text: term.name, line: `PREFIX ${name}: <${namespace}>\n` };
}

/* Return how well a typed word fits a term: 0 its name starts so, 1 a label, 2 a word of one, 3 it is inside; else -1. */
export function fit(term, typed) {
    const local = term.name.slice(term.name.indexOf(":") + 1).toLowerCase();
    const labels = [term.en, term.uk].filter(Boolean).map((label) => label.toLowerCase());
    if (local.startsWith(typed)) return 0;
    if (labels.some((label) => label.startsWith(typed))) return 1;
    if (labels.some((label) => label.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(typed)))) return 2;
    return typed.length > 1 && [local, ...labels].some((name) => name.includes(typed)) ? 3 : -1;
}

/* Return a suggestion that writes a term, and its PREFIX line with it; it is shown with its label in `language`. */
function suggested(term, text, known, language) {
    const { text: insert, line } = written(term, declared(text), known);
    const apply = (view, _completion, from, to) => {
        const at = prologue(text);
        const changes = [{ from, to, insert }];
        if (line) changes.unshift({ from: at, insert: line });
        view.dispatch({ changes, selection: { anchor: from + insert.length + line.length }, userEvent: "input.complete" });
    };
    return { label: term.name, detail: term[language] ?? term.en, info: term.definition, type: term.kind, apply };
}

/* Return the terms that fit a typed word, the best first, at most MOST. */
function fitting(typed, text, { prefixes, terms, language }) {
    const colon = typed.indexOf(":");
    const namespace = colon >= 0 ? (declared(text)[typed.slice(0, colon)] ?? prefixes[typed.slice(0, colon)]) : undefined;
    const word = typed.slice(colon + 1).toLowerCase();
    const found = [];
    for (const term of terms) {
        if (colon >= 0 && prefixes[term.name.slice(0, term.name.indexOf(":"))] !== namespace) continue;
        const rank = fit(term, word);
        if (rank >= 0) found.push([rank, RANKS[term.kind] ?? 2, term.name, term]);
    }
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1));
    return found.slice(0, MOST).map((entry) => suggested(entry[3], text, prefixes, language));
}

/* Return the answer of CodeMirror's autocompletion for the place `at` of a query, or null if nothing is to be said.
 *
 * `graph` has the prefixes and terms of /terms.json, and the language of the page.
 */
export function suggestions(text, at, explicit, graph) {
    if (isInside(text.slice(0, at))) return null;
    const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
    const prefix = /\bPREFIX\s+([\w.-]*:?)$/iu.exec(line);
    if (prefix) {
        const typed = prefix[1].toLowerCase();
        const found = Object.entries(graph.prefixes).filter(([name]) => `${name}:`.startsWith(typed));
        const options = found.slice(0, MOST).map(([name, iri]) => ({ label: `${name}: <${iri}>`, type: "namespace" }));
        return { from: at - typed.length, options, filter: false };
    }
    const variable = /[?$][\p{L}\p{N}_]*$/u.exec(line);
    if (variable) {
        const names = new Set([...text.matchAll(/[?$][\p{L}\p{N}_]+/gu)].map((found) => found[0]));
        names.delete(variable[0]);
        const found = [...names].filter((name) => name.startsWith(variable[0])).sort().slice(0, MOST);
        const options = found.map((label) => ({ label, type: "variable" }));
        return { from: at - variable[0].length, options, filter: false };
    }
    const typed = /[\p{L}\p{N}_.-]*:?[\p{L}\p{N}_.-]*$/u.exec(line)[0];
    if (!explicit && (!typed || /^\p{N}/u.test(typed))) return null;
    const upper = typed.toUpperCase();
    const words = typed.includes(":") ? [] : [...KEYWORDS, ...PHRASES].filter((word) => word.startsWith(upper)).sort();
    const keywords = words.map((label) => ({ label, type: "keyword" }));
    const options = [...fitting(typed, text, graph), ...keywords].slice(0, MOST);
    return options.length ? { from: at - typed.length, options, filter: false } : null;
}
