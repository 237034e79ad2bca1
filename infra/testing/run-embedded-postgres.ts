/** Owner process for embedded-postgres.pg.test.ts: starts a server in argv[2], prints where, stops when stdin ends. */
import { EmbeddedPostgresError, startEmbeddedPostgres } from '../scripts/embedded-postgres.ts';
import { createChildren } from '../scripts/processes.ts';

const [, , dataDir = '', port = '0'] = process.argv;
const say = (line: string): void => void process.stdout.write(`${JSON.stringify({ said: line })}\n`);
try {
  const children = createChildren();
  const server = await startEmbeddedPostgres({ dataDir, port: Number(port), children, say });
  process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid, reaper: children.reaperPid })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await server.stop();
  children.close();
  process.exit(0);
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  process.stdout.write(`${JSON.stringify({ refused: error.message })}\n`);
  process.exit(1);
}
