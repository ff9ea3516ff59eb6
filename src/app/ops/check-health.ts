import type { Desk } from '../desk.ts';
import { isLate, readInTime } from './read-condition.ts';

/** One thing that a process needs to do its part. */
export interface HealthCheck {
  readonly name: 'start' | 'database' | 'discord' | 'scan';
  readonly ok: boolean;
  /** For a person. */
  readonly sentence: string;
}

/** Whether this process can do its part, and the desk as a whole does its. Never throws. */
export async function checkHealth(desk: Desk): Promise<HealthCheck[]> {
  const { services, clock } = desk;
  const now = clock();
  try {
    const condition = await readInTime(services, { now });
    const late = condition.watches.filter((watch) => isLate(watch, now)).length;
    return [
      { name: 'database', ok: true, sentence: 'The database answers.' },
      ...(desk.roles.includes('bot')
        ? [
            checkDiscord(
              desk,
              condition.processes.some(({ gateway }) => gateway),
            ),
          ]
        : []),
      // A ticker that its source no longer knows is late for ever: it takes more to call the scan ill.
      {
        name: 'scan',
        ok: late * 2 <= condition.watches.length,
        sentence: `${late} of ${condition.watches.length} watches are late.`,
      },
    ];
  } catch (error) {
    services.log.warn({ error }, 'health could not be read');
    return [{ name: 'database', ok: false, sentence: 'The database does not answer.' }];
  }
}

function checkDiscord(desk: Desk, isSomeone: boolean): HealthCheck {
  if (desk.isGateway()) return { name: 'discord', ok: true, sentence: 'Connected to Discord.' };
  return isSomeone
    ? { name: 'discord', ok: true, sentence: 'Another process is connected to Discord; this one waits.' }
    : { name: 'discord', ok: false, sentence: 'Nobody is connected to Discord.' };
}
