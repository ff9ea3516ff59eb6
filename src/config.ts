import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { OraError } from './domain/errors.ts';
import { parseRetention, type Retention } from './domain/retention.ts';
import type { RoleName } from './domain/roles.ts';

/** Variables whose value may come from a file named by `NAME_FILE` (Docker and Kubernetes secrets). */
const SECRETS = ['DISCORD_TOKEN', 'DATABASE_URL', 'HEARTBEAT_URL', 'MONGODB_URL'] as const;

const snowflake = z.string().regex(/^\d{17,20}$/, 'must be a Discord id: 17 to 20 digits');
const snowflakes = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
  .pipe(z.array(snowflake));
const whole = (min: number, max: number) => z.coerce.number('must be a number').int().min(min).max(max);
const fraction = z.coerce.number('must be a number').min(0).max(1);
const retention = z.string().transform((text, context): Retention => {
  try {
    return parseRetention(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' });
    return z.NEVER;
  }
});
const serviceUrl = z
  .url('must be a URL')
  .refine(isSafeUrl, 'must be https; plain http is for 127.0.0.1 and localhost only');

/** Every variable there is. `.env.example` describes each; a test keeps the two in step. */
const Env = z.object({
  DISCORD_TOKEN: z.string().min(1),
  DISCORD_APPLICATION_ID: snowflake,
  DISCORD_GUILD_ID: snowflake,
  ALERT_CHANNEL_ID: snowflake,
  ADMIN_CHANNEL_ID: snowflake.optional(),
  TRADER_ROLE_IDS: snowflakes,
  ADMIN_ROLE_IDS: snowflakes,
  CARD_LEVELS: z.enum(['atr', 'percent']).default('atr'),
  CANDLE_GRACE_SECONDS: whole(0, 120).default(5),
  BASELINE_RATE: fraction.default(0.02),
  BASELINE_SEED: z.string().default('oracore'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  DATABASE_TLS: z.enum(['off', 'require', 'verify']).default('verify'),
  DATABASE_CA_FILE: z.string().optional(),
  DATABASE_POOL_SIZE: whole(2, 100).default(10),
  DATABASE_STATEMENT_TIMEOUT_SECONDS: whole(1, 3600).default(30),
  REQUIRE_TIMESCALE: z.enum(['0', '1']).default('0'),
  DATA_DIR: z.string().default('.oracore'),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  OPS_HOST: z.string().default('127.0.0.1'),
  OPS_PORT: whole(1, 65_535).optional(),
  HEARTBEAT_URL: serviceUrl.optional(),
  BACKUP_DIR: z.string().optional(),
  BACKUP_KEEP: whole(0, 365).default(14),
  CANDLE_RETENTION: retention.default({}),
  YAHOO_SPACING_MS: whole(0, 60_000).default(500),
  YAHOO_BASE_URL: serviceUrl.default('https://query2.finance.yahoo.com'),
  DISCORD_API_BASE: serviceUrl.default('https://discord.com/api'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** Variables of the database alone: what an operator command needs. */
const DatabaseEnv = Env.pick({
  DATABASE_URL: true,
  DATABASE_TLS: true,
  DATABASE_CA_FILE: true,
  DATABASE_POOL_SIZE: true,
  DATABASE_STATEMENT_TIMEOUT_SECONDS: true,
  REQUIRE_TIMESCALE: true,
  DATA_DIR: true,
  MONGODB_URL: true,
  CANDLE_GRACE_SECONDS: true,
  CARD_LEVELS: true,
  BASELINE_RATE: true,
  BASELINE_SEED: true,
  YAHOO_SPACING_MS: true,
  BACKUP_DIR: true,
  BACKUP_KEEP: true,
  CANDLE_RETENTION: true,
  YAHOO_BASE_URL: true,
  LOG_LEVEL: true,
});

/** Variables of a process that labels. */
const LabelerEnv = DatabaseEnv.extend(
  Env.pick({
    ADMIN_CHANNEL_ID: true,
    OPS_HOST: true,
    OPS_PORT: true,
    HEARTBEAT_URL: true,
    DISCORD_API_BASE: true,
  }).shape,
);

/** Of one that scans: a card goes to the channel of its watch, or to this one. */
const ScannerEnv = LabelerEnv.extend(Env.pick({ ALERT_CHANNEL_ID: true }).shape);

export type Config = z.infer<typeof Env>;
export type DatabaseConfig = z.infer<typeof DatabaseEnv>;
/** What a process of any role has; what is Discord's, only one of the role `bot`. */
export type ProcessConfig = z.infer<typeof LabelerEnv> & Partial<Config>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Names of all variables, in the order of `.env.example`. */
export const VARIABLES: readonly string[] = Object.keys(Env.shape);
export const SECRET_VARIABLES: readonly string[] = SECRETS;

/**
 * Reads what the bot needs.
 *
 * @throws OraError `config`: one message that names each missing or wrong variable and no value.
 */
export function readConfig(env: Environment = environment()): Config {
  return read(Env, env);
}

/**
 * Reads what a process of this role needs, and no more: one that only scans or labels has no token.
 *
 * @throws OraError `config` as `readConfig`.
 */
export function readProcessConfig(role: RoleName, env: Environment = environment()): ProcessConfig {
  if (role === 'labeler') return read(LabelerEnv, env);
  if (role === 'scanner') return read(ScannerEnv, env);
  return read(Env, env);
}

/** Reads what a command needs that talks to the database and the market but not to Discord. @throws OraError `config`. */
export function readDatabaseConfig(env: Environment = environment()): DatabaseConfig {
  return read(DatabaseEnv, env);
}

/**
 * Reads what the sandbox needs, from the environment alone: a `.env` is for going live. It logs
 * warnings only unless told otherwise.
 *
 * @throws OraError `config` also when DATABASE_URL is set: simulated prices never meet real ones.
 */
export function readSandboxConfig(
  env: Environment = process.env,
): Pick<Config, 'DATA_DIR' | 'LOG_LEVEL' | 'YAHOO_BASE_URL'> {
  const config = read(DatabaseEnv, { LOG_LEVEL: 'warn', ...env });
  if (config.DATABASE_URL === undefined) return config;
  throw new OraError(
    'config',
    'The sandbox refuses DATABASE_URL: simulated prices never meet real ones. Unset it and start again.',
  );
}

/** Short hash of the settings that shape results; kept with every run. */
export function hashConfig(config: DatabaseConfig): string {
  const shaping = {
    levels: config.CARD_LEVELS,
    grace: config.CANDLE_GRACE_SECONDS,
    source: config.YAHOO_BASE_URL,
    baselines: [config.BASELINE_SEED, config.BASELINE_RATE],
  };
  return createHash('sha256').update(JSON.stringify(shaping)).digest('hex').slice(0, 12);
}

/** The environment, with what a file named `.env` adds to it. */
function environment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

function read<T>(shape: z.ZodType<T>, env: Environment): T {
  const problems: string[] = [];
  const values = withSecretFiles(env, problems);
  const parsed = shape.safeParse(values);
  if (parsed.success && problems.length === 0) return parsed.data;
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    problems.push(values[name] === undefined ? `${name} is missing` : `${name} ${sayWhy(issue)}`);
  }
  throw new OraError(
    'config',
    `The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n` +
      'Set them in the environment or in a file named .env (see .env.example). To try OraCore with no account: npm run sandbox',
  );
}

/** Zod's own sentence may quote the value, which may be a secret: only ours are passed on. */
function sayWhy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return issue.message.startsWith('must ') ? issue.message : 'is not valid';
}

function withSecretFiles(env: Environment, problems: string[]): Record<string, string | undefined> {
  const values = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  for (const name of SECRETS) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    if (values[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one`);
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE names a file that cannot be read: ${file}`);
    }
  }
  return values;
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}
