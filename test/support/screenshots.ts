import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const folder = process.env.SCREENSHOTS;

/** Saves what a person sees, under `SCREENSHOTS=DIR`, to be looked at; does nothing without it. */
export async function shoot(what: Locator | Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const take = () => what.screenshot({ path: join(folder, `${name}.png`) });
  // A message that changes at this very moment is put in place anew.
  await take().catch(take);
}
