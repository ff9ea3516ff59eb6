import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { Known } from '../../app/journal/position-excursion.ts';
import type { ShownPosition } from '../../app/journal/position-show.ts';
import type { Standing } from '../../domain/ledger/excursion.ts';
import type { Position } from '../../domain/ledger/position.ts';
import { fillMinute, fillWords } from './fill-words.ts';
import { dollars, exactPrice, multipleOfR, shares, signedUsd } from './money.ts';
import { clip, clipLines, duration, price, sideWord } from './words.ts';

const CHART = 'position.png';
const FIELD_MAX = 1024;

/** One position with its fills, its money and how far it went; `png` shows the fills on candles. */
export function positionView(shown: ShownPosition, png: Uint8Array | null, now: number) {
  const { ticker, position } = shown;
  const fields: APIEmbedField[] = [
    { name: 'Money', value: moneyLines(shown, now) },
    { name: 'While it was open', value: clip(excursionLines(shown), FIELD_MAX) },
    { name: 'Fills', value: clipLines(shown.fills.map(fillLine), FIELD_MAX) },
  ];
  const embed: APIEmbed = {
    title: clip(`${position.side} ${shares(position.qtyEntered)} ${ticker}`, 256),
    description: `${sideWord(position.side)} · ${spanWords(position)}`,
    fields,
    ...(png !== null && { image: { url: `attachment://${CHART}` } }),
  };
  const files =
    png === null
      ? []
      : [{ attachment: Buffer.from(png), name: CHART, description: `Candles of ${ticker} with your fills` }];
  return { embeds: [embed], files };
}

function spanWords({ openedAt, closedAt }: Position): string {
  const opened = `opened ${fillMinute(openedAt)} New York`;
  if (closedAt === null) return `${opened}, still open`;
  return `${opened}, closed ${fillMinute(closedAt)} after ${duration(closedAt - openedAt)}`;
}

function moneyLines({ position, mark, last, stop }: ShownPosition, now: number): string {
  const { realised, feesUsd, initialStop, riskUsd, r, qtyOpen, averageEntry } = position;
  const risk = riskUsd === null ? '' : `, risk ${dollars(riskUsd)} USD`;
  const lines = [
    `Realised **${signedUsd(realised.fifo)}** · ${multipleOfR(r)} · fees ${dollars(feesUsd)} USD`,
    ...(realised.fifo.equals(realised.average) ? [] : [`At average cost ${signedUsd(realised.average)}`]),
    `Entered at ${exactPrice(averageEntry.toDecimalPlaces(4))} on average`,
    initialStop === null
      ? 'No initial stop, so R is not known'
      : `Initial stop ${exactPrice(initialStop)}${risk}`,
  ];
  if (stop !== null && initialStop !== null && !stop.equals(initialStop))
    lines.push(`Stop now ${exactPrice(stop)}; R stays with the initial one`);
  if (mark !== null && last !== null) {
    lines.push(
      `Open ${shares(qtyOpen)}: **${signedUsd(mark.unrealised)}** at ${price(last.candle.close)}, ${duration(now - last.closedAt)} old`,
    );
  }
  return lines.join('\n');
}

function excursionLines({ excursion, leftOnTable, position }: ShownPosition): string {
  const standing = ({ usd, r, at }: Standing) =>
    `${signedUsd(usd)}${r === null ? '' : ` · ${multipleOfR(r)}`} at ${fillMinute(at)}`;
  const lines =
    excursion.value === null
      ? [`Best and worst are not known: ${excursion.reason}`]
      : [`Best (MFE) ${standing(excursion.value.mfe)}`, `Worst (MAE) ${standing(excursion.value.mae)}`];
  if (position.closedAt !== null) lines.push(leftLine(leftOnTable));
  return lines.join('\n');
}

function leftLine(left: Known<ShownPosition['position']['feesUsd']>): string {
  if (left.value === null) return `Left on the table is not known: ${left.reason}`;
  if (left.value.isZero()) return 'Left nothing on the table: it did not get better before the close';
  return `Left ${dollars(left.value)} USD on the table before the close, on the last exit`;
}

function fillLine(fill: ShownPosition['fills'][number]): string {
  const fee = fill.feeUsd.isZero() ? '' : `, fee ${dollars(fill.feeUsd)}`;
  return `#${fill.id} ${fillMinute(fill.at)} ${fillWords(fill)}${fee}${fill.tag === null ? '' : ` · ${fill.tag}`}`;
}
