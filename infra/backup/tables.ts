/** What a schema consists of, as the database itself says: a new table is in the backup without anybody thinking of it. */
import type { ClientBase } from 'pg';
import type { SchemaName } from './manifest.ts';

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const qualified = (schema: string, name: string): string => `${quoted(schema)}.${quoted(name)}`;

/** Tables without their partitions and without the list of migrations; a table comes after those it refers to. */
export async function readTables(client: ClientBase, schema: SchemaName): Promise<readonly Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.relname order by c.relname`,
    [schema],
  );
  const references = await client.query<{ name: string; target: string }>(
    `select f.relname as name, t.relname as target
     from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
       join pg_namespace n on n.oid = f.relnamespace
     where k.contype = 'f' and k.conparentid = 0 and n.nspname = $1 and f.oid <> t.oid`,
    [schema],
  );
  return inOrder(rows, references.rows);
}

function inOrder(
  tables: readonly Table[],
  references: readonly { readonly name: string; readonly target: string }[],
): readonly Table[] {
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: Table[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ name }) => !references.some((reference) => reference.name === name && left.has(reference.target)),
    );
    if (free.length === 0)
      throw new TypeError(`tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const table of free) {
      ordered.push(table);
      left.delete(table.name);
    }
  }
  return ordered;
}

export interface Sequence {
  readonly name: string;
  readonly value: string;
  readonly isCalled: boolean;
}

export async function readSequences(client: ClientBase, schema: SchemaName): Promise<readonly Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'S' order by c.relname`,
    [schema],
  );
  const sequences: Sequence[] = [];
  for (const { name } of rows) {
    const state = await client.query<{ value: string; is_called: boolean }>(
      `select last_value::text as value, is_called from ${qualified(schema, name)}`,
    );
    for (const row of state.rows) sequences.push({ name, value: row.value, isCalled: row.is_called });
  }
  return sequences;
}

/** A migrated schema of this name is there. */
export async function hasSchema(client: ClientBase, schema: SchemaName): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    `${schema}.migrations`,
  ]);
  return rows[0]?.found === true;
}
