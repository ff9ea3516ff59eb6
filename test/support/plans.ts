import type { Pool, PoolClient } from 'pg';

/** One statement as the program sent it. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** How one plan visits one table, its chunks and indexes included. */
export interface Visit {
  readonly table: string;
  /** `Seq Scan`, `Index Scan`, … */
  readonly how: string;
  /** Rows that were looked at, those thrown away included, over all loops. */
  readonly rows: number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a client was asked, before `pg` makes something of it. */
type Asked = string | { readonly text: string; readonly values?: readonly unknown[] };

/** What some work says to the database, in order, without the words around transactions. */
export async function statementsOf(pool: Pool, work: () => Promise<unknown>): Promise<Statement[]> {
  const said: Statement[] = [];
  const heard = new Map<PoolClient, PoolClient['query']>();
  const listen = (client: PoolClient) => {
    if (heard.has(client)) return;
    const query = client.query;
    heard.set(client, query);
    Object.assign(client, {
      query(asked: Asked, values?: readonly unknown[], ...rest: unknown[]) {
        const text = typeof asked === 'string' ? asked : asked.text;
        const given = typeof asked === 'string' || asked.values === undefined ? values : asked.values;
        if (/^\s*(SELECT|WITH|UPDATE|INSERT|DELETE)\b/i.test(text ?? '')) {
          said.push({ text, values: Array.isArray(given) ? given : [] });
        }
        return Reflect.apply(query, client, [asked, values, ...rest]);
      },
    });
  };
  pool.on('acquire', listen);
  try {
    await work();
  } finally {
    pool.off('acquire', listen);
    for (const [client, query] of heard) Object.assign(client, { query });
  }
  return said;
}

/** Runs a statement, takes back what it wrote, and says where its rows came from. */
export async function visitsOf(pool: Pool, { text, values }: Statement): Promise<Visit[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      [...values],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return plan === undefined ? [] : sumUp(visits(plan), await chunksOf(client));
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** The table of each chunk, where Timescale is. */
async function chunksOf(client: PoolClient): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ chunk: string; table: string }>(
    `SELECT relname AS chunk, parent::regclass::text AS "table"
     FROM pg_class JOIN (SELECT inhrelid, inhparent AS parent FROM pg_inherits) AS i ON i.inhrelid = pg_class.oid
     WHERE relkind = 'r'`,
  );
  return new Map(rows.map(({ chunk, table }) => [chunk, table]));
}

function sumUp(found: readonly Visit[], chunks: ReadonlyMap<string, string>): Visit[] {
  const sums = new Map<string, Visit>();
  for (const { table: name, how, rows } of found) {
    const table = chunks.get(name) ?? name;
    const key = `${table} ${how}`;
    sums.set(key, { table, how, rows: rows + (sums.get(key)?.rows ?? 0) });
  }
  return [...sums.values()];
}

function visits(node: PlanNode): Visit[] {
  const table = node['Relation Name'];
  const perLoop =
    node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  const here =
    table === undefined || !node['Node Type'].includes('Scan')
      ? []
      : [{ table, how: node['Node Type'], rows: Math.round(perLoop * node['Actual Loops']) }];
  return [...here, ...(node.Plans ?? []).flatMap(visits)];
}
