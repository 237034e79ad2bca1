/** The database of the instance in DATA_DIR, for commands: running, stopped (then started for as long), or DATABASE_URL. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { createChildren, isAlive, processStartTime } from './processes.ts';

export interface RunningStack {
  readonly pid: number;
  /** Tells the process from a later one with the same id; absent where the system does not say. */
  readonly startTime?: string;
  readonly origin: string;
  readonly databaseUrl: string;
}

/** What runs over this folder now, if anything. */
export function readRunningStack(dataDir: string): RunningStack | undefined {
  const file = join(dataDir, 'run/stack.json');
  if (!existsSync(file)) return undefined;
  const running = JSON.parse(readFileSync(file, 'utf8')) as RunningStack; // written by stack.ts
  return isAlive(running.pid) && running.startTime === processStartTime(running.pid) ? running : undefined;
}

export interface InstanceDatabaseOptions {
  readonly dataDir: string;
  /** Absent: the running stack's, else the embedded one. */
  readonly databaseUrl: string | undefined;
  readonly say: (line: string) => void;
}

/** Throws EmbeddedPostgresError when the embedded database does not start, and what `work` throws. */
export async function withInstanceDatabase<T>(
  { dataDir, databaseUrl, say }: InstanceDatabaseOptions,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const address = databaseUrl ?? readRunningStack(dataDir)?.databaseUrl;
  if (address !== undefined) return await work(address);
  const children = createChildren();
  try {
    const server = await startEmbeddedPostgres({ dataDir, children, say });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    children.close();
  }
}
