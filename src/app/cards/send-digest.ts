import { lastClosedSpan, previousSession, type Session } from '../../domain/calendar.ts';
import {
  type DueDigest,
  dueDigest,
  type EveningDigest,
  type MorningDigest,
  type PriceGap,
  weekEndingWith,
} from '../../domain/digest.ts';
import { findLastPrice } from '../journal/position-price.ts';
import type { Watch } from '../ports.ts';
import type { Services } from '../services.ts';

type Deps = Pick<Services, 'stores' | 'quotes' | 'settings' | 'log'>;

/** Tickers whose quote is asked for before the open; each takes its turn at the source. */
const MOST_QUOTES = 30;
/** A gap worth a line, as a fraction of the close, and how many lines. */
const NOTABLE_GAP = 0.005;
const MOST_GAPS = 5;
/** From then on an evening is over: it is told of only when there is something to tell. */
const LATE_MS = 3_600_000;

/**
 * Writes the digest of this moment, once for each session whoever asks how often; it is then posted like
 * every other message. A desk that watches nothing says nothing, nor does one that comes late to an evening
 * without a signal: it may not have been there that day. @returns its key when it was written now.
 */
export async function sendDigest(deps: Deps, { now }: { readonly now: number }): Promise<string | null> {
  const due = dueDigest(now);
  if (due === null) return null;
  const key = `digest:${due.session.date}:${due.kind}`;
  if (await deps.stores.digests.isWritten(key)) return null;
  const watches = await deps.stores.watches.active();
  if (watches.length === 0) return null;
  const digest =
    due.kind === 'morning' ? await morning(deps, due, { watches, now }) : await evening(deps, due);
  if (digest.kind === 'evening' && isEmpty(digest) && now - due.dueAt > LATE_MS) return null;
  await deps.stores.outbox.add({
    key,
    channelId: deps.settings.digestChannelId ?? deps.settings.alertChannelId,
    cardId: null,
    content: { kind: 'digest', digest },
  });
  deps.log.info({ key, late: now - due.dueAt }, 'digest written');
  return key;
}

async function morning(
  deps: Deps,
  { session }: DueDigest,
  { watches, now }: { readonly watches: readonly Watch[]; readonly now: number },
): Promise<MorningDigest> {
  const { stores } = deps;
  await stores.journal.refresh();
  const [positions, held] = await Promise.all([stores.digests.openPositions(), stores.placements.held()]);
  const tickers = [...positions, ...held, ...watches].map(({ ticker }) => ticker);
  return {
    kind: 'morning',
    date: session.date,
    closesAt: session.close,
    isHalfDay: session.isHalfDay,
    watches: watches.length,
    behind: watches.filter((watch) => isBehind(watch, session)).map(nameOf),
    positions,
    hasOpened: now >= session.open,
    ...(await findGaps(deps, [...new Set(tickers)], session)),
    held: held.map(({ side, price, ...card }) => ({ ...nameOf(card), side, price })),
  };
}

function isEmpty({ day, week }: EveningDigest): boolean {
  return day.signals === 0 && (week === null || week.signals === 0);
}

/** Whether the last session ended without a scan of its last candle. */
function isBehind({ timeframe, lastScannedTs }: Watch, session: Session): boolean {
  const { ts } = lastClosedSpan(timeframe, previousSession(session).close, 0);
  return lastScannedTs === null || lastScannedTs < ts;
}

function nameOf({ ticker, timeframe }: Pick<Watch, 'ticker' | 'timeframe'>) {
  return { ticker, timeframe };
}

/** Prices of now against the last closes, those first that somebody holds or waits for. */
async function findGaps(
  deps: Deps,
  tickers: readonly string[],
  session: Session,
): Promise<Pick<MorningDigest, 'gaps' | 'unquoted'>> {
  const found = await Promise.all(
    tickers.slice(0, MOST_QUOTES).map((ticker) => findGap(deps, ticker, session)),
  );
  const gaps = found.filter((gap) => gap !== null);
  const size = ({ close, now }: PriceGap) => Math.abs(now / close - 1);
  return {
    gaps: gaps
      .filter((gap) => size(gap) >= NOTABLE_GAP)
      .toSorted((a, b) => size(b) - size(a))
      .slice(0, MOST_GAPS),
    unquoted: tickers.length - gaps.length,
  };
}

async function findGap(deps: Deps, ticker: string, session: Session): Promise<PriceGap | null> {
  const last = await findLastPrice(deps, ticker, session.open - 1);
  const quote = last === null ? null : await deps.quotes.quote(ticker);
  if (last === null || quote === null) return null;
  return { ticker, close: last.candle.close, now: (quote.bid + quote.ask) / 2 };
}

async function evening({ stores, settings }: Deps, { session }: DueDigest): Promise<EveningDigest> {
  const { origin } = settings;
  const until = (first: Session) => stores.digests.figures({ from: first.open, to: session.close, origin });
  const week = weekEndingWith(session);
  return {
    kind: 'evening',
    date: session.date,
    isHalfDay: session.isHalfDay,
    day: await until(session),
    week: week === null ? null : { ...(await until(week)), from: week.date },
  };
}
