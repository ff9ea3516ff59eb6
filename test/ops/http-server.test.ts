import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../src/app/ops/check-health.ts';
import { type OpsServer, type OpsServerOptions, startOpsServer } from '../../src/ops/http-server.ts';
import { quiet } from '../support/quiet-log.ts';

const WELL: HealthCheck = { name: 'database', ok: true, sentence: 'The database answers.' };
const ILL: HealthCheck = { name: 'discord', ok: false, sentence: 'Nobody is connected to Discord.' };

describe('the server of health and metrics', () => {
  const servers: OpsServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  async function aServer(overrides: Partial<OpsServerOptions> = {}): Promise<OpsServer> {
    const server = await startOpsServer({
      host: '127.0.0.1',
      port: 0,
      health: async () => [WELL],
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'oracore_database_up 1\n' }),
      log: quiet,
      ...overrides,
    });
    servers.push(server);
    return server;
  }

  /** With headers that `fetch` would not let us set. */
  function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
    return new Promise<{ status: number; body: string }>((done, failed) => {
      request(url, { headers, method }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => done({ status: response.statusCode ?? 0, body }));
      })
        .on('error', failed)
        .end();
    });
  }

  it('is live as long as it answers, ready when all is well', async () => {
    const { url } = await aServer();

    expect((await ask(`${url}/healthz/live`)).status).toBe(200);
    const ready = await ask(`${url}/healthz`);
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toEqual({ live: true, ready: true, checks: [WELL] });
  });

  it('says 503 and what is wrong when it is not ready, and is live all the same', async () => {
    const { url } = await aServer({ health: async () => [WELL, ILL] });

    const ready = await ask(`${url}/healthz/ready`);

    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toMatchObject({ ready: false, checks: [WELL, ILL] });
    expect((await ask(`${url}/healthz/live`)).status).toBe(200);
  });

  it('serves metrics', async () => {
    const { url } = await aServer();

    expect(await ask(`${url}/metrics`)).toEqual({ status: 200, body: 'oracore_database_up 1\n' });
  });

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page of its own address', { origin: 'http://127.0.0.1' }],
    ['a name that was bound to this machine', { host: 'evil.example' }],
    ['a name that only begins like it', { host: '127.0.0.1.evil.example' }],
    ['no name that can be read', { host: '[' }],
  ])('refuses %s', async (_who, headers) => {
    const { url } = await aServer();

    expect((await ask(`${url}/metrics`, headers)).status).toBe(403);
  });

  it.each([['localhost:9464'], ['127.0.0.1'], ['[::1]:9464']])('answers to the name %s', async (host) => {
    const { url } = await aServer();

    expect((await ask(`${url}/healthz`, { host })).status).toBe(200);
  });

  it('changes nothing: only GET and HEAD', async () => {
    const { url } = await aServer();

    expect((await ask(`${url}/healthz`, {}, 'POST')).status).toBe(405);
    expect(await ask(`${url}/healthz`, {}, 'HEAD')).toEqual({ status: 200, body: '' });
    expect((await ask(`${url}/secrets`)).status).toBe(404);
  });

  it('survives what fails inside it', async () => {
    const { url } = await aServer({ metrics: () => Promise.reject(new Error('broken')) });

    await expect(ask(`${url}/metrics`)).rejects.toThrow();
    expect((await ask(`${url}/healthz/live`)).status).toBe(200);
  });

  it('listens on loopback alone', async () => {
    const { url } = await aServer();

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('names the port when it is taken', async () => {
    const { url } = await aServer();

    await expect(aServer({ port: Number(new URL(url).port) })).rejects.toThrow(/another OPS_PORT/);
  });
});
