/**
 * All style sheets of the page share one space of class names: two that style different things by one name put their
 * rules on each other's. The first that this happened to got a box, the next stood beside the window.
 */

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../../static");
/** Sheets that say of every component's parts how they are on paper, in the system's colours and in a phase's. */
const OF_ALL = ["forced.css", "print.css", "tokens.css"];
/** Has a place for every region of the page; what a region looks like stands in the region's own sheet. */
const LAYOUT = "layout.css";
/** Classes that come from KaTeX. */
const FOREIGN = /^katex/;

const sheets = new Map(globSync("css/*.css", { cwd: ROOT }).map((file) => [file.slice(4), read(file)]));
const code = globSync("src/**/*.ts", { cwd: ROOT }).map(read).join("\n");
const regions = new Set(
  [...read("src/views/page.ts").matchAll(/class="([\w-]+)"/g)].map((match) => match[1]!),
);

test("a class stands by itself in one style sheet only, but for the place of a region", () => {
  assert.deepEqual(clashes(sheets, regions), []);
});

test("every class of the style sheets is worn by something", () => {
  const unused = [...sheets].flatMap(([file, text]) =>
    [...new Set(selectorsOf(text).flatMap(classesOf))]
      .filter((name) => !FOREIGN.test(name) && !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(code))
      .map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(unused, []);
});

test("clashes are found, and parts, states and places are not taken for them", () => {
  const found = (a: string, b: string, places: string[] = []) =>
    clashes(new Map([["a.css", a], ["b.css", b], [LAYOUT, ".stage {}"]]), new Set(places)); // prettier-ignore

  assert.deepEqual(found(".verdict { x: y }", "p, .verdict:hover {}"), ["verdict: a.css, b.css"]);
  assert.deepEqual(found(".preview {}", "@media print { .badge.preview {} }"), ["preview: a.css, b.css"]);
  assert.deepEqual(found(".own {}", ".grid td.own {}"), ["own: a.css, b.css"]);
  assert.deepEqual(found(".bar {} /* .row {} */", ".ghost .bar, .row:has(.bar) {}"), []);
  assert.deepEqual(found(".bar {}", ".bar.ghost {}"), []);
  assert.deepEqual(found(".stage {}", ""), [`stage: a.css, ${LAYOUT}`]);
  assert.deepEqual(found(".stage {}", "", ["stage"]), []);
});

/** Each class that a sheet styles wherever it stands, and another sheet too, or as the state of something of its own. */
function clashes(sheets: ReadonlyMap<string, string>, regions: ReadonlySet<string>): string[] {
  const own = new Map<string, Set<string>>();
  const states = new Map<string, Set<string>>();
  for (const [file, text] of sheets) {
    if (OF_ALL.includes(file)) continue;
    for (const selector of selectorsOf(text)) {
      const parts = selector.replaceAll(/:[\w-]+(\((?:[^()]|\([^()]*\))*\))?/g, "").split(/[\s>+~]+/);
      const alone = parts.length === 1 && /^\.([\w-]+)$/.exec(parts[0]!);
      if (alone) add(own, alone[1]!, file);
      for (const part of parts) {
        const [first, ...others] = classesOf(part);
        for (const state of /^td\./.test(part) ? [first!] : others) add(states, state, file);
      }
    }
  }
  return [...own].flatMap(([name, files]) => {
    const all = new Set([...files, ...(states.get(name) ?? [])]);
    return all.size === 1 || regions.has(name) ? [] : [`${name}: ${[...all].sort().join(", ")}`];
  });
}

function add(to: Map<string, Set<string>>, name: string, file: string): void {
  to.set(name, (to.get(name) ?? new Set()).add(file));
}

/** The selectors of a style sheet, one by one; a comma inside brackets parts none. */
function selectorsOf(text: string): string[] {
  const rules = text.replaceAll(/\/\*[^]*?\*\//g, "").matchAll(/([^{};]+)\{/g);
  return [...rules]
    .map((match) => match[1]!.trim())
    .filter((selector) => !selector.startsWith("@"))
    .flatMap((selector) => selector.split(/,(?![^(]*\))/))
    .map((selector) => selector.trim());
}

function classesOf(selector: string): string[] {
  return [...selector.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1]!);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}
