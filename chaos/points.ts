import type { Point } from './gate.ts';

/** Discord has the card, and the desk notes it. */
export const SENT: Point = {
  table: 'cards',
  event: 'UPDATE',
  when: `OLD.state = 'sending' AND NEW.state = 'sent'`,
};

/** Where the desk writes between a candle and a card that is sent, in the order in which it does. */
export const SCAN_POINTS: Readonly<Record<string, Point>> = {
  'watches are claimed': { table: 'watch_requests', event: 'UPDATE' },
  'the run is begun': { table: 'scan_runs', event: 'INSERT' },
  'candles are stored': { table: 'candles', event: 'INSERT' },
  'coverage is written': { table: 'candle_coverage', event: 'INSERT' },
  'the cursor moves': {
    table: 'watch_requests',
    event: 'UPDATE',
    when: 'NEW.last_scanned_ts IS DISTINCT FROM OLD.last_scanned_ts',
  },
  'signals are written': { table: 'signals', event: 'INSERT' },
  'a card is made': { table: 'cards', event: 'INSERT' },
  'an alert is written': { table: 'alerts', event: 'INSERT' },
  'the run is finished': { table: 'scan_runs', event: 'UPDATE' },
  'a card is placed': {
    table: 'cards',
    event: 'UPDATE',
    when: `OLD.state = 'new' AND NEW.state = 'pending'`,
  },
  'a card is claimed': {
    table: 'cards',
    event: 'UPDATE',
    when: `OLD.state = 'pending' AND NEW.state = 'sending'`,
  },
  'Discord has it and we do not': SENT,
};

/** Where it writes between a click and its answer. */
export const CLICK_POINTS: Readonly<Record<string, Point>> = {
  'a decision is written': { table: 'decisions', event: 'INSERT' },
  'an order is written': { table: 'orders', event: 'INSERT' },
  'a fill is written': { table: 'executions', event: 'INSERT' },
};
