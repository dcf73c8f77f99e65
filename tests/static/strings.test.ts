/** What the page says stands in `static/src/strings`, apart from the code that shows it. */

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import ts from "typescript";

const SOURCE = join(import.meta.dirname, "../../static/src");
/** Where a gap was in a template. */
const GAP = "\0";
/** Code that is no less text: what the API sends, the strings themselves, and markup of SVG files. */
const APART = /^(api\/api\.gen|strings\/|views\/picture\/(pen|elements))/;
/** Patterns, style sheets, fonts and media queries. */
const TECHNICAL = /[\\{]|sans-serif$|^\((prefers|forced)-/;
/** Names that the browser and the server give. */
const NAMES =
  /^(Alt|Arrow\w+|Backspace|Control|Delete|End|Enter|Escape|Home|Page\w+|Shift|Space|Infinity|Files|(two|many) classes)(\+\w+)*$/;
const SPOKEN =
  /(?:^|\s)(?:aria-label|aria-description|aria-roledescription|aria-valuetext|alt|placeholder|title)="([^"]*)"/g;

test("no file of the page but the strings holds words that a reader sees", () => {
  const found = globSync("**/*.ts", { cwd: SOURCE })
    .filter((file) => !APART.test(file))
    .flatMap((file) =>
      wordsOf(readFileSync(join(SOURCE, file), "utf8")).map(
        (words) => `${file}: ${words.replaceAll(/\s+/g, " ")}`,
      ),
    );
  assert.deepEqual(found, []);
});

test("words are found in markup, in what is spoken and in plain strings, and names are not taken for words", () => {
  assert.deepEqual(wordsOf("html`<p class='a b'>${x} of ${y}</p>`"), [" \0 of \0 "]);
  assert.deepEqual(wordsOf('html`<p title="Way back" class="text wide">${x}</p>`'), ["Way back"]);
  assert.deepEqual(wordsOf('f("nothing yet", `step ${n}`, "Reset")'), ["nothing yet", "step \0", "Reset"]);
  assert.deepEqual(
    wordsOf('f("Escape", "a-b", "dL/dz", `M ${x} 3`, `${a}-${b}`); throw new Error("not so");'),
    [],
  );
});

/** What in a file of code a reader of the page would read. */
function wordsOf(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) return;
    if (ts.isTaggedTemplateExpression(node)) {
      found.push(...markupWords(textOf(node.template)));
      node.template.forEachChild(visitGap);
    } else if (ts.isTemplateExpression(node)) {
      if (isWords(textOf(node))) found.push(textOf(node));
      node.forEachChild(visitGap);
    } else if (ts.isStringLiteralLike(node)) {
      if (isWords(node.text)) found.push(node.text);
    } else node.forEachChild(visit);
  };
  const visitGap = (node: ts.Node): void => {
    if (ts.isTemplateSpan(node)) visit(node.expression);
  };
  visit(ts.createSourceFile("page.ts", code, ts.ScriptTarget.Latest, true));
  return found;
}

function textOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.head.text + template.templateSpans.map(({ literal }) => GAP + literal.text).join("");
}

/** The words between the tags of a piece of markup, and in the attributes that are spoken. */
function markupWords(markup: string): string[] {
  const between = markup.replaceAll(/<!--[^]*?-->|<[^>]*(>|$)/g, " ");
  const spoken = [...markup.matchAll(SPOKEN)].map((match) => match[1] ?? "");
  return [...spoken, between].filter((text) => /[A-Za-z]{2}/.test(text));
}

/** Two words beside each other, one beside a gap, or one with a capital. */
function isWords(text: string): boolean {
  if (NAMES.test(text) || TECHNICAL.test(text)) return false;
  return /[A-Za-z,.:)] \(?[A-Za-z]{2}|^[A-Z][a-z]+$|^ [a-z]{2,}|[a-z]{2} (\0|$)/.test(text);
}
