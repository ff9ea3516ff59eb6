import { createScanner } from '../../src/app/scan/scan-due.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createYahooSource } from '../../src/market/yahoo.ts';
import { quiet } from './quiet-log.ts';
import { aSettings } from './settings.ts';

// One scan in a process of its own, for tests that kill it: node scan-child.ts DATABASE_URL YAHOO_URL NOW
const [url = '', baseUrl = '', present = ''] = process.argv.slice(2);
const now = Number(present);
const database = await openDatabase({ url, dataDir: '/nonexistent', log: quiet });
const source = createYahooSource({ baseUrl, log: quiet, spacingMs: 0, timeoutMs: 5000, now: () => now });
const scanner = createScanner(
  {
    stores: database.stores,
    market: source,
    quotes: source,
    log: quiet,
    settings: aSettings({ graceMs: 0 }),
  },
  'child',
);
await scanner.scanDue(now);
await database.close();
