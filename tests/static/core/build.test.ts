import assert from "node:assert/strict";
import { test } from "node:test";

import type { Catalog, Spec } from "../../../static/src/api/types.ts";
import {
  activate,
  addLayer,
  at,
  controlOf,
  type Edit,
  fitted,
  freeze,
  layersOf,
  moveLayer,
  ownName,
  put,
  removeLayer,
  renameLayer,
  set,
  suggestionFor,
  useData,
  withSuggestion,
} from "../../../static/src/core/build.ts";
import { ownNetwork } from "../../../static/src/strings/building.ts";

const dense = (name: string, units: number, more: object = {}) => ({
  type: "dense",
  name,
  units,
  activation: "soft",
  init: "small",
  bias: true,
  ...more,
});

/** A spec as the server gives it: what is left out is filled in, and values are given for some parameters. */
const SPEC = {
  name: "Textbook",
  data: { inline: { x: [[0.05, 0.1]], y: [[0.01, 0.99]] }, test_fraction: 0 },
  batch_size: 1,
  accumulate: 1,
  layers: [dense("hidden1", 2), dense("hidden2", 2), dense("output", 2)],
  loss: { type: "squares", reduction: "mean" },
  optimizer: { type: "descent", learning_rate: 0.5 },
  frozen: ["hidden1.b", "output.b", "hidden2.W"],
  parameters: { "hidden1.W": [[1, 2]], "hidden1.b": [3, 4], "hidden2.b": [5, 6], "output.W": [[7, 8]] },
} as unknown as Spec;

const CATALOG = {
  presets: [{ title: "Textbook" }],
  activations: [
    { type: "soft", default_init: "small", fields: [] },
    { type: "sharp", default_init: "large", fields: [] },
  ],
  losses: [
    { type: "squares", suits: "numbers", fields: [] },
    { type: "sides", suits: "two classes", fields: [] },
    { type: "kinds", suits: "many classes", fields: [] },
  ],
  layers: [{ type: "dense", fields: [{ name: "activation", default: "plain" }] }],
} as unknown as Catalog;

const after = (...edits: Edit[]) => edits.reduce((spec, edit) => edit(spec), SPEC);
const names = (spec: Spec) => layersOf(spec).map(({ name }) => name);
const given = (spec: Spec) => Object.keys(spec["parameters"] as object);

test("what stands at a pointer is put elsewhere, and the spec before stays as it is", () => {
  const changed = put(SPEC, "/layers/1/units", 5);

  assert.equal(at(changed, "/layers/1/units"), 5);
  assert.equal(at(SPEC, "/layers/1/units"), 2);
  assert.equal(at(SPEC, "/layers/7/units"), undefined);
});

test("a layer of another width loses the values that were given for it and for the layer after it", () => {
  const wider = after(set("/layers/0/units", 3));

  assert.deepEqual(given(wider), ["output.W"]);
});

test("what was frozen at a value that is lost is free, and what was frozen as it starts stays frozen", () => {
  assert.deepEqual(after(set("/layers/0/units", 3))["frozen"], ["output.b", "hidden2.W"]);
});

test("other weights to start from take the place of those that were given", () => {
  const otherwise = after(set("/layers/0/init", { type: "even", a: 0 }));

  assert.deepEqual(given(otherwise), ["hidden2.b", "output.W"]);
});

test("another loss, batch or optimizer keeps every value that was given", () => {
  const other = after(
    set("/loss", { type: "sides" }),
    set("/batch_size", 2),
    set("/optimizer/momentum", 0.9),
  );

  assert.deepEqual(other["parameters"], SPEC["parameters"]);
  assert.deepEqual(other["frozen"], SPEC["frozen"]);
});

test("another activation keeps the values that were given, and changes nothing of where the layer starts", () => {
  const sharp = after(activate(CATALOG, 0, "sharp"));

  assert.deepEqual(at(sharp, "/layers/0/activation"), { type: "sharp" });
  assert.equal(at(sharp, "/layers/0/init"), "small");
  assert.deepEqual(sharp["parameters"], SPEC["parameters"]);
});

test("without values given, what weights start from goes along with the activation, unless it was chosen", () => {
  const bare = { ...SPEC, parameters: {} as unknown } as Spec;
  const chosen = put(bare, "/layers/0/init", { type: "even" });

  assert.equal(at(activate(CATALOG, 0, "sharp")(bare), "/layers/0/init"), "large");
  assert.deepEqual(at(activate(CATALOG, 0, "sharp")(chosen), "/layers/0/init"), { type: "even" });
});

test("a new layer is like the one before it, under the first name that is free", () => {
  const more = after(addLayer(1));

  assert.deepEqual(names(more), ["hidden1", "hidden3", "hidden2", "output"]);
  assert.deepEqual(layersOf(more)[1], dense("hidden3", 2));
  assert.deepEqual(
    given(more),
    ["hidden1.W", "hidden1.b", "hidden2.b", "output.W"],
    "the widths are the same",
  );
  assert.deepEqual(names(after(removeLayer(0), addLayer(0))), ["hidden1", "hidden2", "output"]);
});

test("before a single layer a new one is not as narrow as the output", () => {
  const single = { ...SPEC, layers: [dense("output", 1)] } as unknown as Spec;

  assert.deepEqual(
    layersOf(addLayer(0)(single)).map(({ name, units }) => [name, units]),
    [
      ["hidden1", 3],
      ["output", 1],
    ],
  );
});

test("a layer that is removed takes its values and what was frozen of it along", () => {
  const fewer = after(set("/layers/1/units", 4), removeLayer(1));

  assert.deepEqual(names(fewer), ["hidden1", "output"]);
  assert.deepEqual(fewer["frozen"], ["hidden1.b", "output.b"]);
  assert.deepEqual(given(fewer), ["hidden1.W", "hidden1.b"]);
});

test("layers that change places keep their values where their inputs are as many as before", () => {
  const moved = after(set("/layers/1/units", 4), moveLayer(1, 0));

  assert.deepEqual(names(moved), ["hidden2", "hidden1", "output"]);
  assert.deepEqual(given(moved), []);
  assert.deepEqual(given(after(moveLayer(1, 0))), ["output.W"], "whoever is first now has other inputs");
});

test("another name goes through to parameters and to what is frozen", () => {
  const renamed = after(renameLayer(0, "first"));

  assert.deepEqual(names(renamed), ["first", "hidden2", "output"]);
  assert.deepEqual(given(renamed), ["first.W", "first.b", "hidden2.b", "output.W"]);
  assert.deepEqual(renamed["frozen"], ["first.b", "output.b", "hidden2.W"]);
});

test("a parameter is frozen once, and free again", () => {
  const frozen = after(freeze("output.W", true), freeze("output.W", true));

  assert.deepEqual(frozen["frozen"], ["hidden1.b", "output.b", "hidden2.W", "output.W"]);
  assert.deepEqual(freeze("output.W", false)(frozen)["frozen"], SPEC["frozen"]);
});

test("data with as many inputs keep the first layer's values, others do not", () => {
  const data = { dataset: "ring" };

  assert.deepEqual(given(after(useData(data, true, false))), given(SPEC));
  assert.deepEqual(given(after(useData(data, false, false))), ["hidden2.b", "output.W"]);
});

test("a batch of all rows stays one of all rows with other data", () => {
  assert.equal(after(useData({ dataset: "ring" }, true, true)).batch_size, null);
  assert.equal(after(useData({ dataset: "ring" }, true, false)).batch_size, 1);
});

test("an own network does not pass for the example it came from", () => {
  assert.equal(ownName(CATALOG)(SPEC).name, ownNetwork);
  assert.equal(ownName(CATALOG)({ ...SPEC, name: "Mine" }).name, "Mine");
});

test("the loss and the output to begin with are told by how many classes there are", () => {
  const told = [null, 2, 3].map((classes) => suggestionFor(CATALOG, classes));

  assert.deepEqual(told, [
    { loss: "squares", output: { units: 1, activation: "plain" } },
    { loss: "sides", output: { units: 1, activation: "plain" } },
    { loss: "kinds", output: { units: 3, activation: "plain" } },
  ]);
});

test("a suggestion changes the last layer and the loss, and nothing else", () => {
  const suggested = after(withSuggestion({ loss: "kinds", output: { units: 3, activation: "plain" } }));

  assert.deepEqual(layersOf(suggested).slice(0, 2), layersOf(SPEC).slice(0, 2));
  assert.deepEqual(layersOf(suggested)[2], dense("output", 3, { activation: "plain" }));
  assert.deepEqual(suggested.loss, { type: "kinds" });
  assert.deepEqual(given(suggested), ["hidden1.W", "hidden1.b", "hidden2.b"]);
});

test("a refusal of other data is tried again with a batch of all rows, then with what goes with the data", () => {
  const data = { suggestion: suggestionFor(CATALOG, 3) };

  assert.equal(fitted(SPEC, "/batch_size", data)?.batch_size, null);
  assert.equal(fitted({ ...SPEC, accumulate: 4 }, "/accumulate", data)?.["accumulate"], 1);
  const suggested = fitted(SPEC, "/data", data);
  assert.equal(suggested?.loss.type, "kinds");
  assert.equal(suggested && fitted(suggested, "/data", data), null, "not twice");
});

test("a refusal of anything else is not tried again, except for a frozen parameter that is gone", () => {
  assert.equal(fitted(SPEC, "/batch_size", null), null);
  assert.equal(fitted(SPEC, "/loss", null), null);
  assert.equal(fitted(SPEC, "/data", { suggestion: null }), null);
  assert.equal(fitted(SPEC, "/optimizer/learning_rate", { suggestion: suggestionFor(CATALOG, 3) }), null);
  assert.deepEqual(fitted(SPEC, "/frozen/1", null)?.["frozen"], ["hidden1.b", "hidden2.W"]);
});

test("a refusal is said at the control that its pointer leads to", () => {
  const cases: [string, Edit][] = [
    ["/layers/0/units", set("/layers/0/units", 0)],
    ["/layers/0/activation/slope", set("/layers/0/activation", { type: "soft", slope: "x" })],
    ["/loss", set("/loss", { type: "kinds" })],
    ["/batch_size", set("/batch_size", 9)],
    ["/optimizer/betas/0", set("/optimizer/betas", [2, 0.9])],
    ["/data/samples", set("/data/samples", 1)],
  ];

  for (const [pointer, edit] of cases) assert.equal(controlOf(pointer, SPEC, edit(SPEC), "last"), pointer);
  const other = useData({ inline: { x: [[0, 1]], y: ["a"] } }, true, false)(SPEC);
  assert.equal(controlOf("/data/inline/y/0", SPEC, other, "last"), "/data");
  assert.equal(controlOf("/loss/type", SPEC, after(set("/loss", "kinds")), "last"), "/loss");
});

test("a refusal at a place that was not changed is said at the control that was", () => {
  const wider = after(set("/layers/2/units", 5));

  assert.equal(controlOf("/data", SPEC, wider, "/layers/2/units"), "/layers/2/units");
  assert.equal(
    controlOf("/layers", SPEC, wider, "/layers/2/units"),
    "/layers/2/units",
    "a list has no control",
  );
  assert.equal(controlOf("/frozen/0", SPEC, wider, "/layers/2/units"), "/layers/2/units");
  assert.equal(controlOf("", SPEC, wider, "/layers/2/units"), "/layers/2/units");
});
