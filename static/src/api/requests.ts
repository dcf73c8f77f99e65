/** One request to the server: what is sent, and every refusal as a `Refused`, every silence as `Unreachable`. */

import * as say from "../strings/requests.ts";
import { readSafetensors } from "./safetensors.ts";
import type { Problem } from "./types.ts";

export const PREFIX = "/api/v1";
export const SAFETENSORS = "application/x-safetensors";
export const PYTHON = "text/x-python";
const PATIENCE = 15_000;
const PATIENCE_TO_LIVE = 3_000;

/** The server answered, and said no. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Whether a session is not there, or not any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Refused && (error.problem.status === 404 || error.problem.status === 410);
}

/** What a server, or a proxy before it, answers that has no time or no room at this moment. */
const PASSING: readonly number[] = [429, 502, 503, 504];

/** Whether what failed may well be answered when it is asked again. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof Refused) || PASSING.includes(error.problem.status);
}

/** The server did not answer. */
export class Unreachable extends Error {}

/** Whoever asked did not want to wait for the answer any longer. */
export class GivenUp extends Error {}

export class Requests {
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch) {
    this.#fetch = (...request) => fetcher(...request);
  }

  /** Whether the server answers that it lives. */
  async alive(): Promise<boolean> {
    try {
      return (
        await this.#fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_TO_LIVE) })
      ).ok;
    } catch {
      return false;
    }
  }

  /** Ask for something; a body is JSON, as a value or, as it stands, a text, or a file of its own type. */
  async ask<Answer>(
    method: string,
    path: string,
    body?: unknown,
    rev?: number,
    accept = "application/json",
    { patience = PATIENCE, giveUp }: { patience?: number; giveUp?: AbortSignal | undefined } = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = { Accept: accept };
    if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
    const asItIs = typeof body === "string" || body instanceof Blob;
    if (rev !== undefined) headers["If-Match"] = `"${rev}"`;
    const silence = AbortSignal.timeout(patience);
    let response: Response;
    let content: unknown;
    try {
      response = await this.#fetch(PREFIX + path, {
        method,
        headers,
        cache: "no-cache", // who comes back by the browser's own button would be given what it had kept, unasked
        signal: giveUp ? AbortSignal.any([silence, giveUp]) : silence,
        ...(body === undefined ? {} : { body: asItIs ? body : JSON.stringify(body) }),
      });
      content = await contentOf(response);
    } catch (error) {
      if (giveUp?.aborted) throw new GivenUp();
      throw new Unreachable(say.silent, { cause: error });
    }
    if (!response.ok) throw new Refused(isProblem(content) ? content : unexplained(response));
    return content as Answer;
  }
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const type = response.headers.get("Content-Type");
  if (type?.startsWith(PYTHON)) return response.text();
  if (type !== SAFETENSORS) return response.json();
  return readSafetensors(await response.arrayBuffer());
}

function isProblem(content: unknown): content is Problem {
  return typeof (content as Partial<Problem> | null | undefined)?.detail === "string";
}

/** What is known of a refusal that came without the reason, as from a proxy before the server. */
function unexplained({ status, statusText }: Response): Problem {
  const title = statusText || say.noReason;
  const detail = say.unexplained(status, title);
  return { type: "about:blank", title, status, code: "unexplained", detail, errors: [], request_id: "" };
}
