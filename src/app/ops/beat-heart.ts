import type { Desk } from '../desk.ts';
import { checkHealth } from './check-health.ts';

/** Tells the monitor outside that all is well, if it is. Silence is the alarm. */
export async function beatHeart(desk: Desk): Promise<void> {
  const { ops, services } = desk;
  if (ops.heartbeat === null) return;
  const ill = (await checkHealth(desk)).filter(({ ok }) => !ok);
  if (ill.length > 0) return services.log.warn({ ill }, 'heartbeat withheld');
  await ops.heartbeat.beat();
}
