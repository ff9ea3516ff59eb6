/**
 * Why a document is rejected. `mapping`: the mapping can be mended so that it is taken. `data`: nothing
 * but the document itself can.
 */
export const REJECTIONS = {
  unmapped_collection: {
    by: 'mapping',
    remedy: 'add the collection to the mapping, or leave it out on purpose',
  },
  ticker_missing: {
    by: 'data',
    remedy: 'a document without a ticker is no event; name another field under fields.ticker',
  },
  ticker_malformed: { by: 'data', remedy: 'correct the ticker in MongoDB' },
  time_missing: { by: 'data', remedy: 'name the field that says when under fields.at' },
  time_unreadable: { by: 'data', remedy: 'correct the time in MongoDB' },
  time_zone_unstated: {
    by: 'mapping',
    remedy: 'say in times.zone which zone local times are in, such as America/New_York',
  },
  date_order_unstated: { by: 'mapping', remedy: 'say in times.dateOrder whether 03/04/2024 is mdy or dmy' },
  date_only: { by: 'mapping', remedy: 'say in times.dateOnly when a mere date was: open, close or midnight' },
  time_does_not_exist: {
    by: 'data',
    remedy: 'the clock was put forward over this time, correct it in MongoDB',
  },
  time_is_ambiguous: { by: 'data', remedy: 'the clock showed this time twice, correct it in MongoDB' },
  time_out_of_range: { by: 'data', remedy: 'correct the time in MongoDB: it must lie between 2010 and now' },
  timeframe_unstated: { by: 'mapping', remedy: 'say in fields.timeframe.default which timeframe they have' },
  unknown_value: { by: 'mapping', remedy: 'add the value to the values of its field' },
  not_a_number: { by: 'data', remedy: 'correct the number in MongoDB' },
  not_positive: { by: 'data', remedy: 'correct the number in MongoDB: it must be more than 0' },
  too_large: { by: 'data', remedy: 'correct the number in MongoDB: no price or quantity is that large' },
  score_out_of_range: {
    by: 'mapping',
    remedy: 'say in fields.score.scale what to multiply with, such as 0.01 for per cent',
  },
  quantity_missing: { by: 'data', remedy: 'name the field that holds the quantity under fields.qty' },
  price_missing: { by: 'data', remedy: 'name the field that holds the price under fields.price' },
  side_missing: { by: 'mapping', remedy: 'say in fields.side.default which side a trade without one has' },
  exit_time_missing: {
    by: 'mapping',
    remedy: 'name the field that says when it was closed under fields.exitAt',
  },
  exit_price_missing: {
    by: 'data',
    remedy: 'name the field that holds the exit price under fields.exitPrice',
  },
  candle_invalid: {
    by: 'data',
    remedy: 'correct the candle in MongoDB, or empty the candle section of the mapping',
  },
  duplicate: { by: 'data', remedy: 'it says the same as another document: nothing is lost by leaving it' },
  conflict: {
    by: 'data',
    remedy: 'it contradicts another document about the same event: decide which is true',
  },
} as const satisfies Record<string, { readonly by: 'mapping' | 'data'; readonly remedy: string }>;

export type RejectionCode = keyof typeof REJECTIONS;

/** Why one document was not taken. */
export interface Rejection {
  readonly code: RejectionCode;
  /** Names the field and the value. */
  readonly detail: string;
}

/** Ends the reading of one document; never leaves `mapDocument`. */
export class Rejected extends Error {
  readonly rejection: Rejection;

  constructor(code: RejectionCode, detail: string) {
    super(detail);
    this.rejection = { code, detail };
  }
}

/** Whether a mended mapping could take what was rejected so. */
export function isMendable(code: RejectionCode): boolean {
  return REJECTIONS[code].by === 'mapping';
}
