/** What happens, told to whoever counts it. Durations in milliseconds. */
export interface Telemetry {
  jobDone(job: string, run: { readonly ms: number; readonly failed: boolean }): void;
  /** `name` is a command or the kind of a button: `/watch`, `card:enter`. */
  interactionDone(name: string, ms: number): void;
}

/** Nobody counts. */
export const SILENT: Telemetry = { jobDone: () => undefined, interactionDone: () => undefined };
