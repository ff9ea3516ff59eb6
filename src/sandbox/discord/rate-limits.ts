import { createHash } from 'node:crypto';

/** How many requests a bucket lets through in a window of `ms`. */
export interface Limit {
  readonly requests: number;
  readonly ms: number;
}

/** What the rate limiter says of one request. */
interface Verdict {
  readonly headers: Readonly<Record<string, string>>;
  /** Null when the request may pass; else the answer to give. */
  readonly refusal: { readonly retryAfterMs: number; readonly isGlobal: boolean } | null;
}

/** One request to be weighed. */
interface Weighed {
  readonly method: string;
  /** The route's pattern, and the path it matched. */
  readonly pattern: string;
  readonly path: string;
}

/** Buckets as Discord has them: per route and top-level resource, and one over all. */
export interface RateLimits {
  readonly weigh: (request: Weighed) => Verdict;
  /** Sets the limit of one route, for tests; `pattern` as in Discord's documentation. */
  readonly setLimit: (method: string, pattern: string, limit: Limit) => void;
  readonly reset: () => void;
}

const GLOBAL: Limit = { requests: 50, ms: 1_000 };
/** Seen on real Discord; it publishes none, and says a client must read the headers. */
const SEEN: Readonly<Record<string, Limit>> = {
  'POST /channels/{channel_id}/messages': { requests: 5, ms: 5_000 },
  'PATCH /channels/{channel_id}/messages/{message_id}': { requests: 5, ms: 5_000 },
  'DELETE /channels/{channel_id}/messages/{message_id}': { requests: 5, ms: 1_000 },
};
const WEBHOOK: Limit = { requests: 5, ms: 2_000 };
const OTHER: Limit = { requests: 50, ms: 1_000 };

interface Bucket {
  used: number;
  resetAt: number;
}

/** Fresh buckets. Callbacks to interactions have none, and no share in the limit over all. */
export function createRateLimits(): RateLimits {
  const limits = new Map(Object.entries(SEEN));
  const buckets = new Map<string, Bucket>();

  const take = (key: string, limit: Limit): Bucket => {
    const now = Date.now();
    const old = buckets.get(key);
    const bucket = old && old.resetAt > now ? old : { used: 0, resetAt: now + limit.ms };
    bucket.used += 1;
    buckets.set(key, bucket);
    return bucket;
  };

  return {
    weigh({ method, pattern, path }) {
      if (pattern.startsWith('/interactions/')) return { headers: {}, refusal: null };
      const isWebhook = pattern.startsWith('/webhooks/');
      if (!isWebhook) {
        const all = take('global', GLOBAL);
        if (all.used > GLOBAL.requests) return { headers: {}, refusal: refuse(all, true) };
      }
      const limit = limits.get(`${method} ${pattern}`) ?? (isWebhook ? WEBHOOK : OTHER);
      const key = `${method} ${pattern} ${topLevelResource(path)}`;
      const bucket = take(key, limit);
      const headers = describe(key, limit, bucket);
      return { headers, refusal: bucket.used > limit.requests ? refuse(bucket, false) : null };
    },
    setLimit: (method, pattern, limit) => void limits.set(`${method} ${pattern}`, limit),
    reset() {
      buckets.clear();
      limits.clear();
      for (const [key, limit] of Object.entries(SEEN)) limits.set(key, limit);
    },
  };
}

function refuse(bucket: Bucket, isGlobal: boolean): Verdict['refusal'] {
  return { retryAfterMs: Math.max(1, bucket.resetAt - Date.now()), isGlobal };
}

/** Channel, guild, or webhook with its token: what Discord counts apart. */
function topLevelResource(path: string): string {
  const [, kind, id, token] = path.split('/');
  return kind === 'webhooks' ? `${kind}/${id}/${token}` : `${kind}/${id}`;
}

function describe(key: string, limit: Limit, bucket: Bucket): Readonly<Record<string, string>> {
  const routeName = key.slice(0, key.lastIndexOf(' '));
  return {
    'x-ratelimit-bucket': createHash('sha1').update(routeName).digest('hex').slice(0, 32),
    'x-ratelimit-limit': String(limit.requests),
    'x-ratelimit-remaining': String(Math.max(0, limit.requests - bucket.used)),
    'x-ratelimit-reset': String(bucket.resetAt / 1000),
    'x-ratelimit-reset-after': String(Math.max(0, bucket.resetAt - Date.now()) / 1000),
  };
}
