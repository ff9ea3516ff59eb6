import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../app/ports.ts';
import { newYorkDate } from '../../domain/calendar.ts';
import type { RawCandle } from '../../domain/candle.ts';
import { checkCandles } from '../../domain/check-candles.ts';
import { OraError } from '../../domain/errors.ts';
import { FETCHED_TIMEFRAMES, type FetchedTimeframe } from '../../domain/timeframe.ts';
import { readCandleCsv } from '../../market/candle-csv.ts';
import type { Prices } from './prices.ts';
import { createStoredPrices, type StoredSeries } from './stored-prices.ts';

/** `AAPL_5m_2022-02-14_2022-08-12.csv.gz`, `SPY_1m.csv`. */
const FILE_NAME = /^([A-Z][A-Z0-9.-]*|\^[A-Z0-9]+)_(1m|5m|15m|1h|1d)(_[^/]*)?\.csv(\.gz)?$/;

/**
 * Recorded candles of a folder, one file per ticker and timeframe, named `TICKER_TF….csv[.gz]`.
 * Rows pass the same checks as fetched ones, so extended hours and bad rows stay out.
 *
 * @throws OraError `not_found` without the folder, `bad_input` when it holds no such file.
 */
export async function loadRecordedPrices(dir: string, log: Logger): Promise<Prices> {
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new OraError('not_found', `There is no folder "${dir}".`, { cause });
  });
  const rowsOf = new Map<string, Map<FetchedTimeframe, RawCandle[]>>();
  for (const name of names.sort()) {
    const [, symbol, label] = FILE_NAME.exec(name) ?? [];
    const timeframe = FETCHED_TIMEFRAMES.find((known) => known === label);
    if (symbol === undefined || timeframe === undefined) continue;
    const ticker = symbol === 'VIX' ? '^VIX' : symbol;
    const frames = rowsOf.get(ticker) ?? new Map<FetchedTimeframe, RawCandle[]>();
    const rows = frames.get(timeframe) ?? [];
    for await (const row of readCandleCsv(join(dir, name), timeframe)) rows.push(row);
    rowsOf.set(ticker, frames.set(timeframe, rows));
  }
  if (rowsOf.size === 0) {
    throw new OraError('bad_input', `"${dir}" holds no candles. Files are named like SPY_5m_2024.csv.gz.`);
  }
  const series = new Map([...rowsOf].map(([ticker, frames]) => [ticker, checkAll(ticker, frames, log)]));
  if (![...series.values()].some(hasCandles)) {
    throw new OraError('bad_input', `"${dir}" holds no candle of a regular session.`);
  }
  const tickers = [...series.keys()].join(', ');
  return createStoredPrices(
    series,
    ({ from, to }) =>
      `Prices are recordings from ${dir}: ${tickers}, ${newYorkDate(from)} to ${newYorkDate(to)}.`,
  );
}

function checkAll(ticker: string, frames: Map<FetchedTimeframe, RawCandle[]>, log: Logger): StoredSeries {
  const checked: StoredSeries = new Map();
  for (const [timeframe, rows] of frames) {
    const ordered = rows.toSorted((a, b) => a.ts - b.ts);
    const always = { timeframe, now: Number.MAX_SAFE_INTEGER, graceMs: 0 };
    const { candles, rejected } = checkCandles(ordered, always);
    if (Object.keys(rejected).length > 0) log.info({ ticker, timeframe, rejected }, 'recorded rows left out');
    checked.set(timeframe, candles);
  }
  return checked;
}

function hasCandles(frames: StoredSeries): boolean {
  return [...frames.values()].some((candles) => candles.length > 0);
}
