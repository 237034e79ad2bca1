/**
 * Hocuspocus with its database extension on PostgreSQL, as a process: `node server.ts DATABASE_URL DEBOUNCE_MS|default`.
 * Prints its port. After each store it tells every client, by a stateless message, the state vector of what was committed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';
import pg from 'pg';
import * as Y from 'yjs';

const [, , databaseUrl = '', debounce = 'default'] = process.argv;
const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
await pool.query('create table if not exists hocuspocus_documents (name text primary key, state bytea not null)');

const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
  ...(debounce === 'default' ? {} : { debounce: Number(debounce) }),
  extensions: [
    new Database({
      fetch: async ({ documentName }) => {
        const { rows } = await pool.query<{ state: Buffer }>('select state from hocuspocus_documents where name = $1', [
          documentName,
        ]);
        return rows[0]?.state ?? null;
      },
      store: async ({ documentName, state, document }) => {
        await pool.query(
          'insert into hocuspocus_documents (name, state) values ($1, $2) on conflict (name) do update set state = excluded.state',
          [documentName, state],
        );
        document.broadcastStateless(Buffer.from(Y.encodeStateVectorFromUpdate(state)).toString('base64'));
      },
    }),
  ],
});
await server.listen();
const manifest = join(createRequire(import.meta.url).resolve('@hocuspocus/server'), '../../package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }; // npm's own file
const { rows } = await pool.query<{ fsync: string }>('show fsync');
console.log(JSON.stringify({ port: server.address.port, version, fsync: rows[0]?.fsync }));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
