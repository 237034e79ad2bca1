/**
 * `npm run admin` and `npm run archiver`: a service's command line, on the database of `npm start` unless
 * DATABASE_URL names another. A stopped embedded database is started for as long as the command runs.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError, startEmbeddedPostgres } from './embedded-postgres.ts';
import { createChildren, isAlive } from './processes.ts';
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

interface Running {
  readonly pid: number;
  readonly origin: string;
  readonly databaseUrl: string;
}

function readRunning(): Running | undefined {
  const file = join(dataDir, 'run/stack.json');
  if (!existsSync(file)) return undefined;
  const running = JSON.parse(readFileSync(file, 'utf8')) as Running; // written by stack.ts
  return isAlive(running.pid) ? running : undefined;
}

async function runCommand(url: string, origin: string): Promise<number> {
  const child = spawn(process.execPath, [join(repository, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: url, DATA_DIR: dataDir, PUBLIC_URL: origin },
  });
  return await new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}

async function withEmbeddedDatabase(): Promise<number> {
  const children = createChildren();
  try {
    const server = await startEmbeddedPostgres({ dataDir, children, say: (line) => console.error(line) });
    try {
      return await runCommand(server.url, publicUrl ?? `http://localhost:${port}`);
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    children.close();
  }
}

const running = readRunning();
const address = databaseUrl ?? running?.databaseUrl;
const origin = publicUrl ?? running?.origin ?? `http://localhost:${port}`;
process.exit(address === undefined ? await withEmbeddedDatabase() : await runCommand(address, origin));
