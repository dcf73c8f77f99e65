/**
 * What stands in the place of a tab while another value is tried somewhere: that value, what becomes of the selected
 * number where it becomes another, of its unit and of the loss. How they come to be can be asked when it is so.
 */

import { html, nothing, type TemplateResult } from "lit";

import type { Net } from "../../core/net.ts";
import { type Address, addressText, DASH, sameAddress, valueAt } from "../../core/numbers.ts";
import type { Preview, State } from "../../store.ts";
import * as say from "../../strings/trial.ts";
import { figure } from "../cards.ts";
import { number } from "../number.ts";
import { unitNumbers } from "../unit.ts";

export function trialPanel(state: State, preview: Preview): TemplateResult {
  const { net, frame, selected, sample } = state;
  if (!net || !frame) return html``;
  return html`<dl class="trial">
      ${became(net, preview.real.selected, selected, state, preview)}
    </dl>
    ${selected ? unitNumbers(net, frame, selected, sample) : nothing}`;
}

/** What is tried, the selected number and the loss, before and after. An own example is the first row of its batch. */
function became(net: Net, was: Address | null, is: Address | null, { frame }: State, preview: Preview) {
  const { address, before: began, value: tried, real } = preview;
  const before = (of: Address) => valueAt(real.frame ?? undefined, of);
  const after = (of: Address) => valueAt(frame ?? undefined, of);
  const loss = { tensor: net.loss, index: [] };
  const another = was && is && !sameAddress(is, loss) && !sameAddress(is, address);
  return [
    address ? pair(address, began, figure(tried)) : nothing,
    another && !Object.is(before(was), after(is)) ? pair(is, before(was), number(is, after(is))) : nothing,
    pair(loss, before(loss), number(loss, after(loss))),
  ];
}

function pair(of: Address, before: number | null, after: TemplateResult): TemplateResult {
  return html`<dt><code>${addressText(of)}</code></dt>
    <dd>${before === null ? DASH : figure(before)} <span aria-label=${say.wouldBe}>→</span> ${after}</dd>`;
}
