/**
 * `npm run admin` and `npm run archiver`: a service's command line, on the database of `npm start` unless
 * DATABASE_URL names another. A stopped embedded database is started for as long as the command runs.
 */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.ts';
import { readRunningStack, withInstanceDatabase } from './instance-database.ts';
import { parseStartEnv } from './start-config.ts';

const repository = resolve(import.meta.dirname, '../..');
const [, , script = '', ...args] = process.argv;
const config = parseStartEnv(process.env);
if (!config.ok) {
  for (const problem of config.error) console.error(problem);
  process.exit(2);
}
const { port, publicUrl, databaseUrl } = config.value;
const dataDir = resolve(config.value.dataDir);
const origin = publicUrl ?? readRunningStack(dataDir)?.origin ?? `http://localhost:${port}`;

async function runCommand(url: string): Promise<number> {
  const child = spawn(process.execPath, [join(repository, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: url, DATA_DIR: dataDir, PUBLIC_URL: origin },
  });
  return await new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}

try {
  process.exit(
    await withInstanceDatabase({ dataDir, databaseUrl, say: (line) => console.error(line) }, (url) => runCommand(url)),
  );
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  console.error(error.message);
  process.exit(1);
}
