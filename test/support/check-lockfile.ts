import { readFileSync, writeFileSync } from 'node:fs';

/*
 * A registry mirror that lacks other platforms' binaries makes `npm install` drop them from the lock, and
 * `npm ci` then refuses it everywhere. This says so, and puts them back with `--fix`.
 */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  packages: Record<string, LockedPackage & Readonly<Record<string, unknown>>>;
}

const FILE = new URL('../../package-lock.json', import.meta.url);
const SYSTEMS = [
  'win32',
  'darwin',
  'linux',
  'android',
  'freebsd',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
  'openharmony',
];
const PROCESSORS = [
  'x64',
  'arm64',
  'ia32',
  'arm',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
];

const lock = JSON.parse(readFileSync(FILE, 'utf8')) as Lock;
const missing = Object.entries(lock.packages).flatMap(([at, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .filter(([name]) => findLocked(at, name) === null)
    .map(([name, range]) => ({ at, parent, name, range })),
);

if (missing.length === 0) process.exit(0);
if (process.argv[2] !== '--fix') {
  process.stderr.write(
    `package-lock.json lacks ${missing.length} optional packages of other platforms, first ${missing[0]?.name}: npm ci will refuse it. Run: npm run lockfile\n`,
  );
  process.exit(1);
}
for (const { at, parent, name, range } of missing) {
  const place =
    `node_modules/${name}` in lock.packages ? `${at}/node_modules/${name}` : `node_modules/${name}`;
  lock.packages[place] = describe(name, {
    version: versionOf(at, parent, range),
    isDev: parent.dev === true,
  });
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`put back ${missing.length} optional packages of other platforms\n`);

/** The entry that a package would load, looking outwards as Node does; null without one. */
function findLocked(from: string, name: string): string | null {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (key in lock.packages) return key;
    if (at === '') return null;
  }
}

/** Exact versions are as they are; a range takes the version of the sibling that is locked. */
function versionOf(at: string, parent: LockedPackage, range: string): string {
  if (/^\d/.test(range)) return range;
  const sibling = Object.keys(parent.optionalDependencies ?? {})
    .map((name) => findLocked(at, name))
    .find((key) => key !== null);
  return (
    (sibling === undefined ? undefined : lock.packages[sibling]?.version) ?? range.replace(/^[^\d]*/, '')
  );
}

/** Platform packages say in their name what they run on. */
function describe(name: string, { version, isDev }: { readonly version: string; readonly isDev: boolean }) {
  const words = name.toLowerCase().split(/[/\-_.]/);
  const system = words.includes('windows') ? 'win32' : SYSTEMS.find((each) => words.includes(each));
  const processor = PROCESSORS.find((each) => words.includes(each));
  return {
    version,
    ...(processor !== undefined && { cpu: [processor] }),
    ...(isDev && { dev: true }),
    ...(name.includes('musl') && { libc: ['musl'] }),
    ...(system === 'linux' && name.includes('gnu') && { libc: ['glibc'] }),
    optional: true,
    ...(system !== undefined && { os: [system] }),
  };
}
