import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-smooth-scrolling', // a key press that still scrolls would outlast the next step of a test
];

/** A browser with a profile of its own, gone when closed. */
export interface Browser {
  readonly context: BrowserContext;
  readonly close: () => Promise<void>;
}

/**
 * Path of a Chromium on this machine (`CHROMIUM_PATH`, else the usual places), or null. A test that needs
 * one says so: `describe.skipIf(binary === null)('… (needs Chromium)', …)`.
 */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  const found = [...(named === undefined ? [] : [named]), ...usual].find((path) => existsSync(path));
  if (found === undefined) process.stderr.write('skipped: no Chromium here; set CHROMIUM_PATH to one\n');
  return found ?? null;
}

/** Starts Chromium without a window, at the size of a desk or a phone. */
export async function launchChromium(
  binary: string,
  viewport: { readonly width: number; readonly height: number } = { width: 1280, height: 900 },
): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'oracore-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: binary,
    headless: true,
    args: quiet,
    viewport,
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
