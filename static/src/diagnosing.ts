/**
 * Asks what ails the network at the step that is shown, once a step, and tries a cure: a session of the finding's spec
 * that has run as far as the one in which it was found, which stays a click away.
 */

import { askedAs, type Client } from "./api/client.ts";
import type { Finding, Spec } from "./api/types.ts";
import { type Diagnosis, diagnosedStep, readDiagnosis } from "./core/diagnosis.ts";
import { Feed, momentKey } from "./feed.ts";
import type { Clock } from "./motion.ts";
import type { Session } from "./session.ts";
import type { State, Store } from "./store.ts";
import * as say from "./strings/diagnosis.ts";

/** Looking for trouble must take no more than a small part of the server's time. */
const REST = 500;
const TIMES = 8;
const KEPT = 60;
/** How far a cure is run at most before it is shown; from there the learner goes on. */
const MOST_STEPS = 200;

export class Diagnosing {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #clock: Clock;

  constructor(client: Client, store: Store, session: Session, clock: Clock) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#clock = clock;
  }

  /** Put what is found into the store; the answer stops that. */
  start(): () => void {
    const feed: Feed<Diagnosis> = new Feed(this.#store, this.#clock, {
      key: diagnosisKey,
      ask: async ({ head, t }) =>
        readDiagnosis(askedAs(head), await this.#client.diagnosis(askedAs(head), t)),
      heard: () => show(this.#store.state),
      rest: REST,
      times: TIMES,
      kept: KEPT,
    });
    const show = (shown: State) => {
      const { latest } = feed;
      const diagnosis = latest?.of === askedAs(shown.head) ? latest : null;
      const { missed, refusal } = feed;
      const undiagnosed = refusal ?? (missed ? say.unasked : null);
      if (diagnosis !== shown.diagnosis || undiagnosed !== shown.undiagnosed)
        this.#store.setSoon({ diagnosis, undiagnosed });
    };
    const disposals = [feed.start(), this.#store.watch(show)];
    return () => disposals.forEach((dispose) => dispose());
  }

  /** Go to a session of what the finding proposes, run as many steps as this one. */
  try({ code, layer, fix, cure }: Finding): Promise<void> {
    const session = this.#session;
    return session.enterBy(async () => {
      const { head, spec } = this.#store.state;
      const of = session.id;
      const made = await this.#client.create(fix);
      const id = askedAs(made.session);
      session.made.adopt(id);
      const steps = Math.min(head?.step ?? 0, MOST_STEPS);
      const ran = steps ? await this.#client.train(id, steps) : made;
      // To be compared with, the one before is kept, also where nobody has worked on it.
      session.made.keep(session.id);
      const comparable = spec?.loss.type === (made.spec as Spec).loss.type;
      await session.enter({ ...made, session: ran.session }, ran.session.t, {
        preset: null,
        trial: { id, of, code, layer, cure, comparable },
      });
    });
  }
}

/** Every moment of a step has one diagnosis, that of the step. */
function diagnosisKey(state: State): string | null {
  const { net, t } = state;
  if (!net || momentKey(state) === null) return null;
  return momentKey({ ...state, t: diagnosedStep(net.schedule, t) });
}
