/** `node dump-schema.ts SCHEMA`: prints every row of every table of a schema as JSON, bytea as base64. */
import pg from 'pg';

const schema = process.argv[2] ?? '';
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
const { rows: tables } = await client.query<{ table_name: string }>(
  'select table_name from information_schema.tables where table_schema = $1',
  [schema],
);
if (tables.length === 0) throw new Error(`no tables in schema ${schema}`);
for (const { table_name: table } of tables) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select * from ${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`,
  );
  for (const row of rows) {
    console.log(
      table,
      JSON.stringify(row, (_key, value: unknown) => (isSerialized(value) ? asText(value.data) : value)),
    );
  }
}
await client.end();

interface SerializedBuffer {
  readonly type: 'Buffer';
  readonly data: readonly number[];
}
function isSerialized(value: unknown): value is SerializedBuffer {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
}
/** Both forms: text that was stored as bytes is found as text, anything else by its base64. */
function asText(data: readonly number[]): string {
  const bytes = Buffer.from(data);
  return `${bytes.toString('latin1')} ${bytes.toString('base64')}`;
}
