import assert from "node:assert/strict";
import { test } from "node:test";

import type { DiagnosisAnswer } from "../../../static/src/api/types.ts";
import {
  comparison,
  diagnosedStep,
  diagnosisSheet,
  findingsOf,
  groupsOf,
  layersOf,
  numbersOf,
  rangesText,
  readDiagnosis,
} from "../../../static/src/core/diagnosis.ts";
import { recorded } from "../recorded.ts";

const LAYER = {
  layer: "hidden1",
  units: 2,
  gradient_norm: "NaN",
  weight_gradient_norm: 0.5,
  weight_norm: 1,
  update_ratio: 0.05,
  mean_slope: 0.25,
  slope_gain: null,
  weight_gain: null,
  factor: null,
  dead_units: [1],
  saturated_units: [],
};
const FINDING = {
  code: "dead_units",
  layer: "hidden1",
  cause: "1 of 2 units is dead.",
  numbers: { units: [1], dead: 1, of: 2, mean_slope: 0.25, tensor: "hidden1.z" },
  fix: {},
};
const diagnosis = readDiagnosis("s_1", {
  step: 3,
  layers: [LAYER],
  findings: [FINDING],
} as unknown as DiagnosisAnswer);

test("all moments of a step, its end too, have that step's diagnosis", () => {
  const { schedule } = recorded("mazur").net;
  const ticks = schedule.length;

  const steps = [0, 1, ticks, ticks + 1, 2 * ticks].map((t) => diagnosedStep(schedule, t));

  assert.deepEqual(steps, [0, 0, 0, 1, 1]);
});

test("a finding is told at its own layer only", () => {
  assert.equal(findingsOf(diagnosis, "hidden1").length, 1);
  assert.deepEqual(findingsOf(diagnosis, "output"), []);
  assert.deepEqual(findingsOf(null, "hidden1"), []);
});

test("the numbers of a finding are those that are one number, by names to read", () => {
  const [finding] = diagnosis.findings;

  assert.deepEqual(finding && numbersOf(finding), [
    { name: "dead", value: 1 },
    { name: "of", value: 2 },
    { name: "mean slope", value: 0.25 },
  ]);
});

test("the table has NaN as a number, nothing where there is nothing, and how many units are dead", () => {
  const { columns, rows } = diagnosisSheet(diagnosis);
  const row = Object.fromEntries(columns.map((name, i) => [name, rows[0]?.[i]]));

  assert.ok(Number.isNaN(row["gradient_norm"]));
  assert.equal(row["factor"], null);
  assert.deepEqual([row["layer"], row["dead_units"], row["saturated_units"]], ["hidden1", 1, 0]);
});

test("two runs are compared over the steps that either has, and neither where none has run", () => {
  const before = { loss: { steps: [0, 1, 2], values: [3, 2, 1] } };
  const after = { loss: { steps: [0, 1], values: [3, 0.5] } };

  const plot = comparison([before, "before"], [after, "fixed"]);

  assert.deepEqual(plot?.steps, [0, 1, 2]);
  assert.deepEqual(
    plot?.lines.map(({ name, values }) => [name, values]),
    [
      ["before", [3, 2, 1]],
      ["fixed", [3, 0.5]],
    ],
  );
  assert.equal(comparison([{ loss: { steps: [], values: [] } }, "before"], [{}, "fixed"]), null);
});

test("the same trouble of several layers with one cure is one thing to say, and layers in a row are a range", () => {
  const names = ["hidden1", "hidden2", "hidden3", "hidden4", "output"];
  const dead = ["hidden1", "hidden2", "hidden3", "output"].map((layer) => ({ ...FINDING, layer, cure: "c" }));
  const other = { ...FINDING, layer: "hidden1", code: "symmetric_units", cure: "c" };
  const found = readDiagnosis("s_1", {
    step: 3,
    layers: names.map((layer) => ({ ...LAYER, layer })),
    findings: [...dead, other, { ...FINDING, layer: "hidden4", cure: "another" }],
  } as unknown as DiagnosisAnswer);

  const groups = groupsOf(found);

  assert.deepEqual(
    groups.map((group) => [group[0].code, layersOf(group, found)]),
    [
      ["dead_units", "hidden1 to hidden3, output"],
      ["symmetric_units", "hidden1"],
      ["dead_units", "hidden4"],
    ],
  );
  assert.equal(rangesText(["hidden1", "hidden2"], names), "hidden1, hidden2");
  assert.equal(layersOf([{ ...FINDING, code: "non_finite", layer: "loss", cure: "c" }], found), "loss");
});
