/** A server of which only the answers are wanted, and what it was asked. */

import { Client } from "../../../static/src/api/client.ts";

interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
  signal: AbortSignal | null | undefined;
}

/** A client whose every request gets the same answer, and what it asked. */
export function answered(answer: () => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const client = new Client((path, { method = "GET", headers, body, signal } = {}) => {
    asked.push({
      method,
      path: String(path),
      headers: headers as Record<string, string>,
      body: body === undefined ? undefined : JSON.parse(String(body)),
      signal,
    });
    return Promise.resolve().then(answer);
  });
  return { client, asked };
}

export const ok = () => Response.json({});
