/** Connections of backup and restore. */
import { Client } from 'pg';
import { asBackupError, BackupError } from './backup-error.ts';

const NAME = 'vicinal-backup';
const CONNECT_TIMEOUT_MS = 10_000;

/** Rows leave and come back in the same words, whatever the server is set to. For one transaction. */
export const SESSION_FORMAT =
  "set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; set local intervalstyle = 'postgres'; " +
  "set local bytea_output = 'hex'; set local client_encoding = 'UTF8'; set local search_path = ''; " +
  'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 30000';

export async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined); // the statement in flight rejects with it
  try {
    await client.connect();
    return client;
  } catch (error) {
    abandon(client);
    throw asBackupError(error, 'database-failed');
  }
}

/** Ends a connection in whatever state it is; the server rolls back. Idempotent. */
export function abandon(client: Client): void {
  // pg's types leave out the connection below the client
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** Throws 'instance-running' while a service of the product is connected to the database. */
export async function demandStopped(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name like 'vicinal-%' limit 1`,
  );
  if (rows[0] !== undefined) throw new BackupError('instance-running', rows[0].name);
}
