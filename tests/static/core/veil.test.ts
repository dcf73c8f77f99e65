import assert from "node:assert/strict";
import { test } from "node:test";

import { hiddenIn, veiledFrame } from "../../../static/src/core/veil.ts";
import { INITIAL } from "../../../static/src/store.ts";
import { recorded } from "../recorded.ts";

const { net, frame } = recorded("mazur");
const presented = { ...INITIAL, net, presenting: true, veiled: true };

for (const t of [1, 8, net.schedule.length])
  test(`what the tick before t = ${t} wrote is hidden, and shown as it was`, () => {
    const writes = net.schedule[t - 1]?.writes ?? [];
    const hidden = hiddenIn({ ...presented, frame: frame(t) });
    const shown = veiledFrame(frame(t), frame(t - 1), hidden);

    assert.deepEqual([...hidden], writes);
    for (const [name, tensor] of Object.entries(shown.tensors))
      assert.deepEqual(tensor, frame(writes.includes(name) ? t - 1 : t).tensors[name], name);
  });

test("nothing is hidden once it was shown, nor where nothing is presented, nor before the first tick", () => {
  const shown = { ...presented, frame: frame(8) };

  assert.equal(hiddenIn({ ...shown, veiled: false }).size, 0);
  assert.equal(hiddenIn({ ...shown, presenting: false }).size, 0);
  assert.equal(hiddenIn({ ...shown, frame: frame(0) }).size, 0);
  assert.equal(veiledFrame(frame(8), frame(7), new Set()), frame(8));
});
