import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHeartbeat } from '../../src/ops/heartbeat.ts';

describe('the heartbeat', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function aMonitor(status: number) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end('OK');
    });
    await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
    closing.push(() => server.close());
    return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/3f1c-secret` };
  }

  it('asks for the address', async () => {
    const monitor = await aMonitor(200);

    await createHeartbeat(monitor.url).beat();

    expect(monitor.asked).toEqual(['/ping/3f1c-secret']);
  });

  it.each([
    ['the monitor refuses', 404],
    ['the monitor is broken', 503],
  ])('says so without naming the address when %s', async (_what, status) => {
    const monitor = await aMonitor(status);

    const failure = await createHeartbeat(monitor.url).beat().catch(String);

    expect(failure).toContain(`status ${status}`);
    expect(failure).not.toContain('secret');
  });

  it('says so without naming the address when nobody is there', async () => {
    const failure = await createHeartbeat('http://127.0.0.1:9/ping/3f1c-secret').beat().catch(String);

    expect(failure).toContain('no connection');
    expect(failure).not.toContain('secret');
  });
});
