import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage, UiModal } from '../../src/sandbox/discord/ui-protocol.ts';
import { withDatabase } from '../support/database.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
  expect(desk.discord.unhandledRoutes).toEqual([]);
});

type Who = 'alice' | 'bob' | 'carol' | 'dave';
const person = (who: Who) => desk.discord.person(who);
const rows = async (sql: string, values: unknown[] = []) =>
  (await database.current.pool.query(sql, values)).rows;

/** A message that only the person sees. */
function whisper(seen: Seen): UiMessage {
  if (seen.kind !== 'message' || seen.message.ephemeralFor === undefined)
    throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.message;
}

/** What a form told besides bringing the panel it was opened from up to date. */
async function toldBeside(seen: Seen, text: string): Promise<UiMessage> {
  const panel = updated(seen);
  const newest = () =>
    desk.discord
      .messages(panel.channel_id)
      .findLast(({ ephemeralFor, content }) => ephemeralFor === panel.ephemeralFor && content.includes(text));
  await expect.poll(() => newest()?.content).toContain(text);
  return newest() ?? panel;
}

function updated(seen: Seen): UiMessage {
  if (seen.kind !== 'update') throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.message;
}

function form(seen: Seen): UiModal {
  if (seen.kind !== 'modal') throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.modal;
}

const enter = (who: Who, options: Record<string, string>) =>
  person(who).command('journal', { side: 'long', ...options }, 'enter');
const exit = (who: Who, options: Record<string, string>) => person(who).command('journal', options, 'exit');
const fillNumber = (message: UiMessage) => Number(/#(\d+)/.exec(message.content)?.[1]);

describe('/journal enter and exit', () => {
  it('writes a fill at once when all is said, for the person alone', async () => {
    const receipt = whisper(
      await enter('alice', { ticker: 'aapl', qty: '1,200', price: '$187.42', stop: '185.10', fee: '1.25' }),
    );

    expect(receipt.content).toMatch(
      /^Bought 1,200 AAPL at 187\.42, fee 1\.25, stop 185\.10, risk 2,784\.00 USD · #\d+\nOpen now: long 1,200 AAPL, entered at 187\.42 on average\.\n⚠️ No price of AAPL is stored, so yours was not checked\. Is it the right ticker\?$/u,
    );
    expect(
      await rows(`SELECT qty::text, price, fee, tag FROM executions WHERE id = $1`, [fillNumber(receipt)]),
    ).toEqual([{ qty: '1200', price: '187.420000', fee: '1.250000', tag: 'ENTRY' }]);
  });

  it('realises a part when it is closed, to the cent and in R', async () => {
    const receipt = whisper(await exit('alice', { ticker: 'AAPL', qty: '600', price: '189.74', tag: 'TP1' }));

    expect(receipt.content).toContain('Sold 600 AAPL at 189.74, no fee, TP1');
    expect(receipt.content).toContain('Realised **+1,391.38\u00a0USD** (+1.0\u00a0R).');
    expect(receipt.content).toContain('Open now: long 600 AAPL');
  });

  it('refuses to close more than is open, and says how much that is', async () => {
    const refused = whisper(await exit('alice', { ticker: 'AAPL', qty: '601', price: '189.74' }));

    expect(refused.content).toContain('You have 600 AAPL open, so 601 cannot be closed.');
    expect(await rows(`SELECT count(*)::int AS n FROM executions`)).toEqual([{ n: 2 }]);
  });

  it('does not let Bob close what Alice holds', async () => {
    const refused = whisper(await exit('bob', { ticker: 'AAPL', qty: '1', price: '189.74' }));

    expect(refused.content).toContain('You have no open position in AAPL');
  });

  it('turns around with an entry on the other side, as two fills, and undoes both', async () => {
    const receipt = whisper(
      await enter('alice', { ticker: 'AAPL', side: 'short', qty: '700', price: '190', fee: '7' }),
    );

    expect(receipt.content).toContain('This turned your position in AAPL around.');
    expect(receipt.content).toContain('Sold 600 AAPL at 190.00, fee 6.00, EXIT');
    expect(receipt.content).toContain('Sold short 100 AAPL at 190.00, fee 1.00, no stop');

    const undone = updated(await person('alice').click(receipt, 'Undo'));

    expect(undone.content).toContain('Undone: sold 600 AAPL at 190.00');
    expect(undone.content).toContain('Open now: long 600 AAPL');
    expect(undone.components).toEqual([]);
  });

  it('refuses a stop on the wrong side', async () => {
    const refused = whisper(await enter('bob', { ticker: 'AAPL', qty: '1', price: '187', stop: '188' }));

    expect(refused.content).toContain('The stop 188 must be below the price 187 for a long.');
  });

  it('opens a form when quantity or price are left out, and reopens it as it was filled in', async () => {
    const opened = form(await enter('bob', { ticker: 'MSFT', qty: '10' }));
    expect(opened.title).toBe('Enter MSFT long');

    const wrong = whisper(
      await person('bob').submitModal({ qty: 'ten', price: '400', stop: '', fee: '', time: '' }),
    );
    expect(wrong.content).toContain('The quantity "ten" is not a number.');
    expect(wrong.content).toContain('Nothing was written; what you typed is kept.');

    const again = form(await person('bob').click(wrong, 'Fix it'));
    expect(JSON.stringify(again.components)).toContain('"value":"ten"');
    const receipt = whisper(
      await person('bob').submitModal({ qty: '10', price: '400', stop: '', fee: '', time: '' }),
    );
    expect(receipt.content).toContain('Bought 10 MSFT at 400.00, no fee, no stop');

    const stale = whisper(await person('bob').click(wrong, 'Fix it'));
    expect(stale.content).toContain('This was answered before.');
  });

  it('needs the trader role', async () => {
    const refused = whisper(await person('dave').command('journal', {}, 'list'));

    expect(refused.content).toContain(`<@&${desk.discord.roles.trader}>`);
  });
});

describe('a fill far from its candle', () => {
  it('is questioned before it is written, and written at the trader’s word', async () => {
    await person('alice').command('chart', { ticker: 'SPY', timeframe: '5m' });
    const [candle] =
      await rows(`SELECT c.close::float8 AS close FROM candles c JOIN symbols s ON s.id = c.symbol_id
      WHERE s.ticker = 'SPY' ORDER BY ts DESC LIMIT 1`);
    const far = (Number(candle?.close) * 1.4).toFixed(2);
    const before = await rows('SELECT count(*) FROM executions');

    const question = whisper(await enter('bob', { ticker: 'SPY', qty: '5', price: far }));

    expect(question.content).toContain(`**Is ${far} right?** SPY traded between`);
    expect(await rows('SELECT count(*) FROM executions')).toEqual(before);

    const written = updated(await person('bob').click(question, 'It is right, write it'));
    expect(written.content, 'its prices are known').not.toContain('No price of');
    expect(written.content).toContain(`Bought 5 SPY at ${far}`);
    expect(written.components).toHaveLength(1);
  });

  it('can be corrected in its form', async () => {
    const question = whisper(await enter('alice', { ticker: 'SPY', qty: '5', price: '1.23' }));

    const opened = form(await person('alice').click(question, 'Correct it'));

    expect(JSON.stringify(opened.components)).toContain('"value":"1.23"');
  });
});

describe('/journal edit, undo and list', () => {
  it('voids the wrong fill and keeps it, and an undo brings it back', async () => {
    const wrong = whisper(await enter('bob', { ticker: 'NVDA', qty: '1000', price: '120', stop: '118' }));
    const id = fillNumber(wrong);

    const opened = form(await person('bob').command('journal', { fill: String(id) }, 'edit'));
    expect(opened.title).toBe(`Correct fill ${id}: buy NVDA`);
    const corrected = whisper(
      await person('bob').submitModal({
        qty: '100',
        price: '120',
        stop: '118',
        fee: '',
        time: '2026-11-20 10:30',
      }),
    );
    expect(corrected.content).toContain('Bought 100 NVDA at 120.00');
    expect(corrected.content).toContain('Open now: long 100 NVDA');

    const listed = whisper(await person('bob').command('journal', { ticker: 'NVDA' }, 'list'));
    expect(listed.embeds[0]?.description).toContain(`~~**#${id}** bought 1,000 NVDA at 120.00~~`);
    expect(listed.embeds[0]?.description).toContain('corrected');

    const undone = updated(await person('bob').click(corrected, 'Undo'));
    expect(undone.content).toContain('Counts again: bought 1,000 NVDA at 120.00');
    expect(await rows(`SELECT action FROM audit_log WHERE target = 'NVDA' ORDER BY id`)).toEqual([
      { action: 'journal.enter' },
      { action: 'journal.edit' },
      { action: 'journal.undo' },
    ]);
  });

  it('undoes the newest fill when none is named, and refuses to pull an entry from under its exit', async () => {
    await enter('bob', { ticker: 'TSLA', qty: '10', price: '250' });
    const entry = fillNumber(whisper(await enter('bob', { ticker: 'TSLA', qty: '5', price: '251' })));
    await exit('bob', { ticker: 'TSLA', qty: '12', price: '255' });

    const refused = whisper(await person('bob').command('journal', { fill: `#${entry}` }, 'undo'));
    const undone = whisper(await person('bob').command('journal', {}, 'undo'));

    expect(refused.content).toMatch(/would close nothing\. Undo or correct fill \d+ first/);
    expect(undone.content).toContain('Undone: sold 12 TSLA at 255.00');
  });

  it('does not touch the fill of another', async () => {
    const mine = fillNumber(whisper(await enter('alice', { ticker: 'AMD', qty: '1', price: '150' })));

    const refused = whisper(await person('bob').command('journal', { fill: String(mine) }, 'undo'));

    expect(refused.content).toContain(`You have no fill ${mine}.`);
    const mistyped = whisper(await person('bob').command('journal', { fill: 'that one' }, 'undo'));
    expect(mistyped.content).toContain('"that one" is not a number of yours.');
  });

  it('turns pages', async () => {
    for (let n = 1; n <= 12; n += 1) await enter('alice', { ticker: 'QQQ', qty: String(n), price: '500' });

    const first = whisper(await person('alice').command('journal', { ticker: 'QQQ' }, 'list'));
    const second = updated(await person('alice').click(first, 'Older ▶'));

    expect(first.embeds[0]?.title).toBe('Your fills in QQQ (1 of 2)');
    expect(first.embeds[0]?.description).toContain('bought 12 QQQ');
    expect(second.embeds[0]?.title).toBe('Your fills in QQQ (2 of 2)');
    expect(second.embeds[0]?.description).toContain('bought 1 QQQ');
  });

  it('suggests the person’s own fills and trades', async () => {
    const fills = await person('bob').autocomplete('journal', 'fill', { fill: 'tsla' }, 'undo');
    const trades = await person('alice').autocomplete('journal', 'trade', { trade: 'aapl' }, 'show');
    const held = await person('alice').autocomplete('journal', 'ticker', { ticker: 'a' }, 'exit');

    expect(fills).toMatchObject({
      choices: [{ name: expect.stringContaining('bought 5 TSLA at 251.00') }, {}],
    });
    expect(trades).toMatchObject({
      choices: [{ name: expect.stringMatching(/^AAPL long 1,200 · .+ · open$/) }],
    });
    expect(held).toMatchObject({ choices: [{ value: 'AAPL' }, { value: 'AMD' }] });
  });
});

describe('/positions', () => {
  it('shows what is held at the last price and its age, and closes half from there', async () => {
    await person('alice').command('chart', { ticker: 'SPY', timeframe: '5m' });
    const [candle] =
      await rows(`SELECT c.close::float8 AS close FROM candles c JOIN symbols s ON s.id = c.symbol_id
      WHERE s.ticker = 'SPY' ORDER BY ts DESC LIMIT 1`);
    const close = Number(candle?.close);
    await enter('alice', {
      ticker: 'SPY',
      qty: '101',
      price: (close - 1).toFixed(2),
      stop: (close - 3).toFixed(2),
    });

    const panel = whisper(await person('alice').command('positions'));

    const text = panel.embeds[0]?.description ?? '';
    expect(text, 'a ticker nobody watches has a price too').not.toMatch(/AAPL\*\*.*\nNo price/);
    expect(text).toContain('🟢 LONG **101 SPY**');
    expect(text).toMatch(
      /\*\*\+1\d\d\.\d\d\u00a0USD\*\* open · \+0\.5\u00a0R · last \d+\.\d\d, \d+ (s|min) old/,
    );
    expect(text).toMatch(/Stop \d+\.\d\d, \d\.\d\d away \(\d\.\d\u00a0%\)/);

    const opened = form(await person('alice').click(panel, 'Exit half SPY'));
    expect(JSON.stringify(opened.components)).toContain('"value":"50"');
    const receipt = await toldBeside(
      await person('alice').submitModal({
        qty: '50',
        price: (close + 1).toFixed(2),
        tag: ['TP1'],
        fee: '',
        time: '',
      }),
      'Sold 50 SPY',
    );

    expect(receipt.content).toContain('Sold 50 SPY');
    expect(receipt.content).toContain('(+1.0\u00a0R)');
    expect(desk.discord.message(panel.id)?.embeds[0]?.description).toContain('**51 SPY**');
  });

  it('moves the stop, and R stays with the first one', async () => {
    const panel = whisper(await person('alice').command('positions'));
    const before = panel.embeds[0]?.description ?? '';
    const r = /open · (\S+\u00a0R)/.exec(before)?.[1];
    const last = Number(/last (\d+\.\d+)/.exec(before)?.[1]);
    const moveStop = buttonsOf(panel).find(({ label }) => label === 'Move stop')?.custom_id ?? '';

    await person('alice').click(panel, moveStop);
    const refused = whisper(await person('alice').submitModal({ stop: String(last + 5) }));
    await person('alice').click(panel, moveStop);
    const moved = await toldBeside(
      await person('alice').submitModal({ stop: (last - 0.5).toFixed(2) }),
      'Moved the stop of SPY',
    );

    expect(refused.content).toContain('must be below the last price');
    expect(moved.content).toContain('R stays with your first stop.');
    const after = desk.discord.message(panel.id)?.embeds[0]?.description ?? '';
    expect(after).toContain(`Stop ${(last - 0.5).toFixed(2)}, 0.50 away`);
    expect(after).toContain(String(r));
  });

  it('shows one trade with its fills on a chart, its best and its worst', async () => {
    const panel = whisper(await person('alice').command('positions'));

    const shown = whisper(await person('alice').click(panel, buttonsOf(panel)[3]?.custom_id ?? ''));

    const [embed] = shown.embeds;
    expect(embed?.title).toBe('long 101 SPY');
    expect(embed?.fields?.map(({ name }) => name)).toEqual(['Money', 'While it was open', 'Fills']);
    expect(embed?.fields?.[2]?.value).toContain('sold 50 SPY');
    expect(embed?.image?.url).toContain('position.png');
  });

  it('has a page of its own for every four', async () => {
    await enter('alice', { ticker: 'MSFT', qty: '1', price: '400' });
    const panel = whisper(await person('alice').command('positions'));

    const second = updated(await person('alice').click(panel, 'Older ▶'));

    expect(panel.components).toHaveLength(5);
    expect(panel.embeds[0]?.title).toBe('Open positions (1 of 2)');
    expect(second.embeds[0]?.title).toBe('Open positions (2 of 2)');
  });

  const buttonsOf = (message: UiMessage) =>
    (message.components as { components: { label: string; custom_id: string }[] }[]).flatMap(
      ({ components }) => components,
    );
});

describe('/journal import and export', () => {
  const importFile = (who: Who, text: string, name = 'trades.csv') =>
    person(who).command('journal', { file: { name, text } }, 'import');
  const fillsOf = async (who: Who) =>
    (
      await rows(
        `SELECT count(*)::int AS n FROM executions e JOIN orders o ON o.id = e.order_id
      WHERE o.trader_id = $1 AND e.voided_at IS NULL`,
        [desk.discord.people[who]],
      )
    )[0]?.n;
  const BROKER = [
    'Symbol;Date/Time;Buy/Sell;Quantity;T. Price;Comm/Fee',
    'META;2026-11-19, 10:00:00;BUY;100;500;-1.00',
    'META;2026-11-19, 10:30:00;SELL;-150;510;-1.50',
    'META;2026-11-19, 11:00:00;BUY;50;505;-0.50',
    'GOOG;2026-11-19, 10:00:00;SELL;-10;170;-0.10',
    'META;2026-11-19, 11:30:00;DIVIDEND;1;1;0',
  ].join('\n');

  it('shows what a broker’s file would do and writes it at a click', async () => {
    const before = await fillsOf('bob');

    const preview = whisper(await importFile('bob', BROKER));

    const [embed] = preview.embeds;
    expect(embed?.description).toContain('**3 fills** to import');
    expect(embed?.description).toContain('1 exit without an entry, left out');
    expect(embed?.description).toContain('1 row cannot be read, left out');
    expect(embed?.description).toContain('1 fill turns a position around and becomes two');
    expect(embed?.fields?.find(({ name }) => name === 'Columns')?.value).toContain('price ← T. Price');
    expect(embed?.fields?.find(({ name }) => name === 'Look at these')?.value).toBe(
      'Line 5: no long GOOG was open then\nLine 6: "DIVIDEND" is not buy, sell, short or cover.',
    );
    expect(await fillsOf('bob'), 'nothing is written yet').toBe(before);

    const done = updated(await person('bob').click(preview, 'Import 3 fills'));

    expect(done.content).toContain('Imported 4 fills in META.');
    expect(await fillsOf('bob')).toBe(before + 4);
    const [meta] =
      await rows(`SELECT sum(realised_fifo)::text AS total, bool_and(closed_at IS NOT NULL) AS flat
      FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id WHERE s.ticker = 'META'`);
    expect(meta, '100 × 10 and 50 × 5, less 3.00 of fees').toEqual({ total: '1247', flat: true });
  });

  it('refuses the same file again, row by row', async () => {
    const preview = whisper(await importFile('bob', BROKER));

    expect(preview.embeds[0]?.description).toContain(
      '**0 fills** to import\n3 rows journalled before, left out',
    );
    await expect(person('bob').click(preview, 'Nothing to import')).rejects.toThrow('disabled');
  });

  it('takes the whole file back at a click', async () => {
    const before = await fillsOf('alice');
    const preview = whisper(await importFile('alice', BROKER));
    const done = updated(await person('alice').click(preview, 'Import 3 fills'));

    const undone = updated(await person('alice').click(done, 'Undo the import'));

    expect(undone.content).toContain('Undone: bought 100 META at 500.00');
    expect(await fillsOf('alice')).toBe(before);
  });

  it('lets the person say which column is which', async () => {
    const file = 'Wann,Was,Wie,Stück,Kurs\n2026-11-19 10:00,CRM,buy,7,250.10\n';
    const preview = whisper(await importFile('alice', file));
    expect(preview.embeds[0]?.description).toContain('The file needs a column for time, ticker, qty, price.');

    const opened = form(await person('alice').click(preview, 'Change columns'));
    expect(JSON.stringify(opened.components)).toContain('The file has Wann, Was, Wie, Stück, Kurs');
    const again = updated(
      await person('alice').submitModal({
        columns: 'time = Wann\nticker = Was\nside = Wie\nqty = Stück\nprice = Kurs',
      }),
    );

    expect(again.embeds[0]?.description).toContain('**1 fill** to import');
    expect(again.embeds[0]?.fields?.[1]?.value).toBe('2026-11-19 10:00 bought 7 CRM at 250.10');
    expect(updated(await person('alice').click(again, 'Cancel')).content).toBe('Nothing was imported.');
  });

  it('exports a file that changes nothing when it comes back, and gives another trader the same positions', async () => {
    const exported = whisper(await person('bob').command('journal', {}, 'export'));
    const [file] = exported.attachments;
    const text = await (await fetch(String(file?.url))).text();
    const positions = (who: Who) =>
      rows(
        `SELECT s.ticker, p.side, p.opened_at, p.closed_at, p.qty_open::text, p.cost_fifo::text, p.cost_average::text,
          p.realised_fifo::text, p.realised_average::text, p.fees_usd::text, p.risk_usd::text, p.r::text
        FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id WHERE p.trader_id = $1 ORDER BY 1, 3, 2`,
        [desk.discord.people[who]],
      );

    const same = whisper(await importFile('bob', text, String(file?.filename)));
    const other = whisper(
      await person('carol').command('journal', { file: { name: 'bob.csv', text } }, 'import'),
    );

    expect(file?.filename).toBe('journal-2026-11-20.csv');
    expect(text.split('\n')[0]).toBe('time,ticker,side,qty,price,fee,tag,stop');
    expect(same.embeds[0]?.description).toContain('**0 fills** to import');
    expect(other.content, 'an administrator is no trader').toContain(`<@&${desk.discord.roles.trader}>`);
    await rows(`DELETE FROM orders WHERE trader_id = $1`, [desk.discord.people.alice]);
    const empty = whisper(await importFile('alice', text));
    await person('alice').click(
      empty,
      'journal:import:'.concat(String((await rows('SELECT max(id)::int AS id FROM journal_drafts'))[0]?.id)),
    );
    await database.current.stores.journal.refresh();
    expect(await positions('alice')).toEqual(await positions('bob'));
  });

  it.each([
    ['time,ticker\n', /has no rows/],
    ['"time,ticker\n1,2', /cannot be read as CSV/],
  ])('refuses %j in a sentence', async (text, sentence) => {
    expect(whisper(await importFile('alice', text)).content).toMatch(sentence);
  });
});
