import type { Answer } from './faults.ts';

/** A JSON answer. */
export function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', 'cache-control': 'public, max-age=10' },
    body: JSON.stringify(body),
  };
}
