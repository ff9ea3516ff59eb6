import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectOptions, openClient } from '../../src/db/client.ts';
import { quiet } from '../support/quiet-log.ts';

/** Made for these tests and trusted by nobody else. */
const FIXTURES = join(import.meta.dirname, '../fixtures/tls');
const CERTIFICATE = join(FIXTURES, 'localhost-cert.pem');
const key = readFileSync(join(FIXTURES, 'localhost-key.pem'));
const cert = readFileSync(CERTIFICATE);

/** What a server heard of a client's greeting: Postgres's protocol, "SSLRequest" and "StartupMessage". */
type Heard = 'in clear' | 'encrypted';

describe('whom a database connection trusts', () => {
  let server: Server;
  const heard: Heard[] = [];
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (first) => {
        const wantsTls = first.length === 8;
        if (!wantsTls) {
          heard.push('in clear');
          return void socket.end();
        }
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, key, cert });
        secure.on('error', () => undefined);
        secure.once('data', () => {
          heard.push('encrypted');
          secure.end();
        });
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  /** What came of a greeting: what the server heard of it, and why the client gave up. */
  async function greet(options: Pick<ConnectOptions, 'tls' | 'caFile'>, host = 'localhost', more = '') {
    const { port } = server.address() as { readonly port: number };
    heard.length = 0;
    const url = `postgres://ora:a-password@${host}:${port}/ora${more}`;
    const failure = await openClient({ url, log: quiet, ...options }).then(() => 'connected', String);
    return { heard: [...heard], failure };
  }

  it('verify: nobody whose certificate it does not know; not a word of the greeting is sent', async () => {
    const { heard: told, failure } = await greet({ tls: 'verify' });

    expect(told).toEqual([]);
    expect(failure).toMatch(/self-signed certificate/);
  });

  it('verify: whom the given authority vouches for, by that name only', async () => {
    expect((await greet({ tls: 'verify', caFile: CERTIFICATE })).heard).toEqual(['encrypted']);

    const elsewhere = await greet({ tls: 'verify', caFile: CERTIFICATE }, '127.0.0.1');
    expect(elsewhere.heard).toEqual([]);
    expect(elsewhere.failure).toMatch(/does not match certificate/);
  });

  it('verify: and no parameter of the address takes that back', async () => {
    const { heard: told, failure } = await greet({ tls: 'verify' }, 'localhost', '?sslmode=disable');

    expect(told).toEqual([]);
    expect(failure).toMatch(/self-signed certificate/);
  });

  it('require: anybody, encrypted', async () => {
    expect((await greet({ tls: 'require' })).heard).toEqual(['encrypted']);
  });

  it('off: anybody, in clear', async () => {
    expect((await greet({ tls: 'off' })).heard).toEqual(['in clear']);
  });
});
