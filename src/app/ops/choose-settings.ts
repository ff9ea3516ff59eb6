import type { DeskSettings } from '../../domain/desk-settings.ts';
import type { Services } from '../services.ts';
import type { SettingsInForce } from './chosen-settings.ts';

/** Puts a choice of an administrator in force, at once and for good. @returns what is in force now. */
export async function chooseSettings(
  { chosen, log }: Pick<Services, 'chosen' | 'log'>,
  change: { readonly choice: Partial<DeskSettings>; readonly by: string; readonly at: number },
): Promise<SettingsInForce> {
  await chosen.choose(change);
  log.info({ ...change.choice, by: change.by }, 'settings chosen');
  return chosen.current();
}
