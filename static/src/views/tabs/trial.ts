/**
 * What stands in the place of a tab while another value is tried somewhere: what becomes of the selected number, of
 * its unit and of the loss. How they come to be can be asked when it is so.
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

/** The selected number and the loss, before and after. An own example is the first row of its batch. */
function became(net: Net, was: Address | null, is: Address | null, { frame }: State, { real }: Preview) {
  const loss = { tensor: net.loss, index: [] };
  const pairs = was && is && !sameAddress(is, loss) ? [[was, is] as const] : [];
  return [...pairs, [loss, loss] as const].map(([before, after]) => {
    const value = valueAt(real.frame ?? undefined, before);
    return html`<dt><code>${addressText(after)}</code></dt>
      <dd>
        ${value === null ? DASH : figure(value)} <span aria-label=${say.wouldBe}>→</span>
        ${number(after, valueAt(frame ?? undefined, after))}
      </dd>`;
  });
}
