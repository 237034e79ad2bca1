/** Global set-up of the `integration` tests: one PostgreSQL server for the run, a database per test file. */
import { SHARED_URL_VARIABLE, startTestPostgres } from './postgres.ts';

export async function setup(): Promise<() => Promise<void>> {
  const server = await startTestPostgres({ dedicated: true });
  process.env[SHARED_URL_VARIABLE] = server.url;
  return () => server.stop();
}
