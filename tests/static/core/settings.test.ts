import assert from "node:assert/strict";
import { test } from "node:test";

import type { Catalog } from "../../../static/src/api/types.ts";
import { settingsOf, withSetting } from "../../../static/src/core/settings.ts";

const field = (name: string, type: string, more = {}) => ({
  name,
  type,
  default: 0,
  text: `about ${name}`,
  ...more,
});
const catalog = {
  optimizers: [
    {
      type: "one",
      title: "One",
      fields: [
        field("learning_rate", "number", { minimum: 0 }),
        field("betas", "pair", { minimum: 0, below: 1 }),
        field("nesterov", "boolean"),
        field("clip_norm", "number", { above: 0, default: null }),
        field("schedule", "object", { default: null }),
      ],
    },
  ],
  schedules: [{ type: "stairs", title: "Stairs", fields: [field("step_size", "integer", { minimum: 1 })] }],
} as unknown as Catalog;
const optimizer = {
  type: "one",
  learning_rate: 0.1,
  betas: [0.9, 0.999],
  nesterov: false,
  clip_norm: null,
  schedule: { type: "stairs", step_size: 10, every: "epoch" },
};

test("every number of an optimizer is a setting, those inside a pair and a schedule too, with its limits", () => {
  const settings = settingsOf(optimizer, catalog);

  assert.deepEqual(
    settings.map(({ key, name, value }) => [key, name, value]),
    [
      ["learning_rate", "Learning rate", 0.1],
      ["betas.0", "Betas[0]", 0.9],
      ["betas.1", "Betas[1]", 0.999],
      ["clip_norm", "Clip norm", null],
      ["schedule.step_size", "Schedule step size", 10],
    ],
  );
  assert.deepEqual(
    settings.map(({ optional }) => optional),
    [false, false, false, true, false],
  );
  assert.equal(settings[1]?.scale.below, 1);
  assert.equal(settings[3]?.scale.above, 0);
  assert.equal(settings[4]?.scale.grid, 1);
  assert.equal(settings[4]?.about, "about step_size");
});

test("without the catalog the numbers are known, but not their limits", () => {
  assert.deepEqual(
    settingsOf(optimizer, null).map(({ key }) => key),
    ["learning_rate", "betas.0", "betas.1", "schedule.step_size"],
  );
});

test("another value takes the rest of its member along", () => {
  assert.deepEqual(withSetting(optimizer, "learning_rate", 0.2), { learning_rate: 0.2 });
  assert.deepEqual(withSetting(optimizer, "betas.1", 0.99), { betas: [0.9, 0.99] });
  assert.deepEqual(withSetting(optimizer, "clip_norm", null), { clip_norm: null });
  assert.deepEqual(withSetting(optimizer, "schedule.step_size", 5), {
    schedule: { type: "stairs", step_size: 5, every: "epoch" },
  });
});
