import type { APIEmbed } from 'discord.js';
import type { Origin, Signal } from '../../domain/signal.ts';
import { agoTime } from './time.ts';
import { clipLines, detectorName, originWord, price, sideWord } from './words.ts';

/** Discord's limit for an embed's description. */
const DESCRIPTION_MAX = 4096;

const ORIGIN_SENTENCES: Readonly<Record<Origin, string | null>> = {
  live: null,
  sandbox: 'Sandbox: not the live market',
  replay: 'Replayed from stored candles',
  legacy: 'Imported from the old system',
};

/** Stored signals, newest first, two short lines each so that a phone need not wrap them. */
export function signalsView(signals: readonly Signal[]): { readonly embeds: APIEmbed[] } {
  const origin = commonOrigin(signals);
  const sentence = origin === null ? null : ORIGIN_SENTENCES[origin];
  const description =
    signals.length === 0
      ? 'No signal is stored for this yet. Start one more watch with `/watch add`.'
      : clipLines(
          signals.map((signal) => signalLines(signal, origin)),
          DESCRIPTION_MAX,
        );
  return {
    embeds: [
      { title: 'Newest signals', description, ...(sentence !== null && { footer: { text: sentence } }) },
    ],
  };
}

/** Where all of them are from; null when that differs. */
function commonOrigin(signals: readonly Signal[]): Origin | null {
  const [first, ...others] = new Set(signals.map(({ origin }) => origin));
  return others.length === 0 ? (first ?? null) : null;
}

/** Its origin is said beside it only where another's differs. */
function signalLines(signal: Signal, common: Origin | null): string {
  const { ticker, timeframe, side, detectorId, score } = signal;
  const origin = common === null ? originWord(signal.origin) : null;
  const seen = [
    price(signal.priceAtSignal),
    `score ${score.toFixed(2)}`,
    ...(origin === null ? [] : [origin]),
  ];
  return [
    [`${sideWord(side)} **${ticker}** ${timeframe}`, ...seen].join(' · '),
    `-# ${detectorName(detectorId)} · ${agoTime(signal.firedAt)}`,
  ].join('\n');
}
