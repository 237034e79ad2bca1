/** A PostgreSQL server of a test's own that can be killed and started again over the same data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts';
import { createChildren } from '../scripts/processes.ts';

export interface RestartablePostgres {
  /** The same across restarts. */
  readonly url: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vicinal-archive-'));
  const children = createChildren();
  let server = await startEmbeddedPostgres({ dataDir, children, say: () => undefined });
  const { port, url } = server;
  return {
    url,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      await server.stop(); // gives the folder back
    },
    async restart() {
      server = await startEmbeddedPostgres({ dataDir, port, children, say: () => undefined });
    },
    async stop() {
      await server.stop();
      children.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
