/** A failure to inject into REST requests that fit. Without `status`, `drop` or `delayMs` it does nothing. */
export interface FaultRule {
  /** Any method when left out. */
  readonly method?: string;
  /** Against the path after `/api/v10`, decoded, without the query; any path when left out. */
  readonly path?: RegExp;
  /** How many requests it strikes; 1 when left out. */
  readonly times?: number;
  /** Answered in place of the real answer, with `headers` and `body`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Waits before anything else. */
  readonly delayMs?: number;
  /** `status` only: true when Discord first does what was asked and then answers so. */
  readonly after?: boolean;
  /** Closes the connection without an answer: before, or after, doing what was asked. */
  readonly drop?: 'before' | 'after';
  /** With `drop`: true for a reset (RST), else an orderly end (FIN). */
  readonly reset?: boolean;
}

/** A rule in force, with how often it has struck. */
export interface Fault {
  readonly rule: FaultRule;
  hits: number;
  readonly remove: () => void;
}

/** The rules in force. */
export interface FaultList {
  readonly add: (rule: FaultRule) => Fault;
  readonly clear: () => void;
  readonly list: () => readonly Fault[];
  /** The first rule that fits, counted as struck; null when none does. */
  readonly strike: (method: string, path: string) => FaultRule | null;
}

/** No rules. */
export function createFaultList(): FaultList {
  const faults = new Set<Fault>();
  return {
    list: () => [...faults],
    clear: () => faults.clear(),
    add(rule) {
      const fault: Fault = { rule, hits: 0, remove: () => void faults.delete(fault) };
      faults.add(fault);
      return fault;
    },
    strike(method, path) {
      for (const fault of faults) {
        const { rule } = fault;
        if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
        if (rule.path !== undefined && path.search(rule.path) < 0) continue;
        fault.hits += 1;
        if (fault.hits >= (rule.times ?? 1)) faults.delete(fault);
        return rule;
      }
      return null;
    },
  };
}
