import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from '../src/logger.ts';

it('writes data, message and error, and never a secret', () => {
  const stream = new PassThrough();
  const log = createLogger('info', { destination: stream });

  log.error(
    { ticker: 'SPY', token: 'abc', config: { password: 'abc' }, error: new Error('no route') },
    'scan failed',
  );

  const line = JSON.parse(String(stream.read()));
  expect(line).toMatchObject({
    ticker: 'SPY',
    msg: 'scan failed',
    token: '[secret]',
    config: { password: '[secret]' },
  });
  expect(line.error.message).toBe('no route');
});
