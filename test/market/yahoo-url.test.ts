import { describe, expect, it } from 'vitest';
import { pointAt, REAL_YAHOO, toYahooSymbol } from '../../src/market/yahoo-url.ts';

const CHART = new URL('https://query2.finance.yahoo.com/v8/finance/chart/SPY?interval=1m');
const CRUMB = new URL('https://query1.finance.yahoo.com/v1/test/getcrumb');

describe('pointing at a base url', () => {
  it('leaves every address as it is for the real Yahoo', () => {
    expect(pointAt(REAL_YAHOO)(CHART).href).toBe(CHART.href);
    expect(pointAt(REAL_YAHOO)(CRUMB).href).toBe(CRUMB.href);
  });

  it('moves data, but not cookies and crumbs, to another host of Yahoo', () => {
    const point = pointAt('https://query1.finance.yahoo.com');

    expect(point(CHART).host).toBe('query1.finance.yahoo.com');
    expect(point(new URL('https://finance.yahoo.com/quote/AAPL')).host).toBe('finance.yahoo.com');
  });

  it('moves everything to a local server', () => {
    const point = pointAt('http://127.0.0.1:8080');

    expect(point(CHART).href).toBe('http://127.0.0.1:8080/v8/finance/chart/SPY?interval=1m');
    expect(point(CRUMB).href).toBe('http://127.0.0.1:8080/v1/test/getcrumb');
  });
});

it.each([
  ['SPY', 'SPY'],
  ['BRK.B', 'BRK-B'],
  ['BRK-B', 'BRK-B'],
  ['VIX', '^VIX'],
  ['^VIX', '^VIX'],
  ['BTC-USD', 'BTC-USD'],
])('calls %s %s at Yahoo', (ticker, symbol) => {
  expect(toYahooSymbol(ticker)).toBe(symbol);
});
