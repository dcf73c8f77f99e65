/** Tells of a session how its numbers came to be and what each of its ticks did, as the server explains it. */

import type { Client } from "./api/client.ts";
import type { Explanation, Frame } from "./api/types.ts";
import { lastTick, type Net } from "./core/net.ts";
import { type Address, addressText, valueAt } from "./core/numbers.ts";
import { opening, sentence, subject, updateSentence, wordsOnly } from "./core/sentence.ts";

const MOST_TOLD = 600;

export class Telling {
  readonly #client: Client;
  readonly #told = new Map<string, Promise<Explanation>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Forget what was told: the moments are of another history. */
  forget(): void {
    this.#told.clear();
  }

  /** How a number came to be; null while it is not computed. */
  async explain(id: string, address: Address, t: number, frame: Frame): Promise<Explanation | null> {
    return valueAt(frame, address) === null ? null : this.#explanation(id, address, t);
  }

  /** The sentence about the moment `t`, of the number that is selected where its tick wrote that. */
  async tell(id: string, net: Net, t: number, frame: Frame, selected: Address | null, sample: number) {
    const tick = lastTick(net, frame);
    const about = tick && subject(net, tick, frame, selected, sample);
    if (!tick) return opening(net);
    if (!about) return wordsOnly(tick);
    if (tick.phase !== "update")
      return sentence(net, tick, await this.#explanation(id, about.address, t), about.of);
    const [change, moved] = [tick.writes[0] ?? "", tick.writes.at(-1) ?? ""];
    const address = { tensor: moved, index: about.address.index };
    const by = { tensor: change, index: about.address.index };
    const explained = await this.#explanation(id, address, t);
    return updateSentence(tick, explained, { value: valueAt(frame, by) ?? NaN, address: by }, about.of);
  }

  /** An explanation, asked for once: what was shown can be shown again while the server is away. */
  #explanation(id: string, address: Address, t: number): Promise<Explanation> {
    const key = `${t} ${addressText(address)}`;
    const told = this.#told.get(key) ?? this.#client.explanation(id, address, t);
    this.#told.delete(key);
    this.#told.set(key, told);
    told.catch(() => this.#told.get(key) === told && this.#told.delete(key));
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= MOST_TOLD) break;
      this.#told.delete(oldest);
    }
    return told;
  }
}
