import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SECRET_VARIABLES, VARIABLES } from '../src/config.ts';
import { makeFolder } from './support/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '..');
const run = promisify(execFile);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml')) as Compose;
  const services = Object.entries(compose.services);

  it('is what the Compose Specification says', () => {
    // The specification's own schema, as a linter for compose files ships it.
    const { $schema: _draft, ...schema } = JSON.parse(
      read('node_modules/dclint/schemas/compose.schema.json'),
    );
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const check = ajv.compile(schema);

    check(compose);

    expect(check.errors).toBeNull();
  });

  it('sets only variables that the program reads', () => {
    const known = new Set([...VARIABLES, ...SECRET_VARIABLES.map((name) => `${name}_FILE`)]);
    const ours = services.filter(([, { build }]) => build !== undefined);

    const unknown = ours.flatMap(([name, { environment = {} }]) =>
      Object.keys(environment)
        .filter((variable) => !known.has(variable))
        .map((variable) => `${name}: ${variable}`),
    );

    expect(ours.length).toBeGreaterThan(1);
    expect(unknown).toEqual([]);
  });

  it('tells each service its own secrets, from files, and writes none down', () => {
    const told = services.flatMap(([, { secrets = [] }]) => secrets);
    const files = services.flatMap(([, { environment = {}, secrets = [] }]) =>
      Object.values(environment)
        .filter((value) => String(value).startsWith('/run/secrets/'))
        .map((value) => secrets.includes(value.replace('/run/secrets/', ''))),
    );

    expect(new Set(told)).toEqual(new Set(Object.keys(compose.secrets)));
    expect(files).not.toContain(false);
    expect(read('compose.yaml')).not.toMatch(/PASSWORD: |TOKEN: |postgres:\/\//);
    expect(read('.gitignore')).toMatch(/^secrets\/$/m);
  });

  it('publishes to this machine alone, and gives the program nothing it does not need', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    const ours = services.filter(([, { build }]) => build !== undefined).map(([, service]) => service);

    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(ours.map(({ read_only, cap_drop }) => [read_only, cap_drop])).toEqual(
      ours.map(() => [true, ['ALL']]),
    );
  });

  it('mounts only what is there', () => {
    const mounted = services
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((volume) => volume.startsWith('./'));

    for (const volume of mounted)
      expect(existsSync(join(ROOT, volume.split(':')[0] ?? '')), volume).toBe(true);
  });

  it('lets the owner of the tables read the backups that the program makes, to restore one', () => {
    const { migrate, oracore } = compose.services;
    const folder = oracore?.environment?.BACKUP_DIR;

    expect(oracore?.volumes).toContain(`backups:${folder}`);
    expect(migrate?.volumes).toContain(`backups:${folder}:ro`);
    expect(migrate?.environment?.DATABASE_URL_FILE).toBe('/run/secrets/owner_url');
  });

  it('runs programs that exist', () => {
    const programs = services
      .flatMap(([, { command = [] }]) => command)
      .filter((word) => word.endsWith('.ts'));

    for (const program of programs) expect(existsSync(join(ROOT, program)), program).toBe(true);
  });
});

describe('deploy/make-secrets.sh', () => {
  it('makes every secret that compose names, once, in a folder of its owner', async () => {
    const folder = await makeFolder();
    const script = join(folder.path, 'deploy/make-secrets.sh');
    await run('sh', [
      '-c',
      `mkdir ${folder.path}/deploy && cp ${join(ROOT, 'deploy/make-secrets.sh')} ${script}`,
    ]);
    const compose = parse(read('compose.yaml')) as Compose;
    const secrets = () =>
      Object.fromEntries(
        Object.entries(compose.secrets).map(([name, { file }]) => [
          name,
          readFileSync(join(folder.path, file), 'utf8'),
        ]),
      );

    await run('sh', [script, 'the-token']);
    const first = secrets();
    await run('sh', [script, 'another-token']);

    expect(first.discord_token).toBe('the-token');
    expect(first.app_password).toMatch(/^[0-9a-f]{48}$/);
    expect(first.app_url).toBe(`postgres://oracore_app:${first.app_password}@database:5432/oracore`);
    expect(first.owner_password).not.toBe(first.app_password);
    expect(secrets(), 'what exists is left as it is').toEqual(first);
    const { stdout } = await run('stat', ['-c', '%a', join(folder.path, 'secrets')]);
    expect(stdout.trim()).toBe('700');
    await folder.remove();
  });
});

describe('Dockerfile', () => {
  const text = read('Dockerfile');
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  const of = (instruction: string) =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));

  it('is well formed', () => {
    expect(validate(text).map(({ message }) => message)).toEqual([]);
  });

  it('starts what `npm start` starts, flags included', () => {
    const command = /^CMD (\[.*\])$/m.exec(text)?.[1] ?? '[]';

    expect(JSON.parse(command).join(' ')).toBe(JSON.parse(read('package.json')).scripts.start);
  });

  it('copies only what is there and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = of('COPY')
      .flatMap((words) => words.split(/\s+/).slice(0, -1))
      .map((path) => path.replace('./', ''));

    expect(copied.length).toBeGreaterThan(4);
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(allowed, path).toContain(path);
    }
  });

  it('runs without root, and holds no secret', () => {
    const [user] = of('USER');
    const secrets = of('ENV')
      .join(' ')
      .split(/\s+/)
      .filter((word) => SECRET_VARIABLES.some((name) => word.startsWith(name)));

    expect(user).toBe('node');
    expect(text.indexOf('\nUSER ')).toBeLessThan(text.indexOf('\nCMD '));
    expect(secrets).toEqual([]);
  });

  it('has in it all that the program reads at run time', () => {
    const folders = of('COPY').map((words) => words.split(/\s+/)[0]);
    const outside = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        [...read(join('src', name)).matchAll(/from '((?:\.\.\/)+)([a-z]+)\//g)].map(
          (found) => found[2] ?? '',
        ),
      )
      .filter((folder) => existsSync(join(ROOT, folder)) && !existsSync(join(ROOT, 'src', folder)));

    expect(folders).toEqual(expect.arrayContaining([...new Set(outside)]));
  });
});

describe('the workflows', () => {
  const FOLDER = '.github/workflows';

  it.each(readdirSync(join(ROOT, FOLDER)))('%s is one that GitHub understands', async (file) => {
    const validator = join(ROOT, 'node_modules/@action-validator/cli/cli.mjs');

    const { stdout, stderr } = await run(process.execPath, [validator, join(FOLDER, file)], { cwd: ROOT });

    expect(stdout + stderr).toBe('');
  });

  it.each(readdirSync(join(ROOT, FOLDER)))('%s runs scripts that exist, with rights to read only', (file) => {
    const workflow = parse(read(join(FOLDER, file)));
    const { scripts } = JSON.parse(read('package.json'));
    const steps = Object.values<{ steps: { run?: string; uses?: string }[] }>(workflow.jobs).flatMap(
      ({ steps: all }) => all,
    );
    const called = steps.flatMap(({ run: line = '' }) =>
      [...line.matchAll(/npm run ([\w:-]+)/g)].map((found) => found[1]),
    );

    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const name of called) expect(scripts).toHaveProperty([name ?? '']);
    for (const { uses = '@v0' } of steps)
      expect(uses, 'an action is of a named version').toMatch(/@v\d+|@[0-9a-f]{40}/);
  });
});
