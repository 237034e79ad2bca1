/** A whole signaling server over a database of its own, for tests. */
import { startTestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { systemClock, systemRandom, type Clock } from '@vicinal/shared/clock.ts';
import { createSetupLink } from '../auth/accounts.ts';
import { parseEnv, type Config } from '../config.ts';
import { createDatabase, type Database } from '../db/pool.ts';
import { createLogger } from '../log.ts';
import { createServer, type ServerDeps } from '../server.ts';

export const ORIGIN = 'http://docs.test';

export interface TestServer {
  readonly base: string;
  readonly port: number;
  readonly config: Config;
  readonly database: Database;
  readonly databaseUrl: string;
  /** The server's clock: real timers, and a wall time that {@link TestServer.advance} moves. */
  readonly clock: Clock;
  advance(ms: number): void;
  /** Everything logged so far. */
  logs(): string;
  setupToken(): Promise<string>;
  close(): Promise<void>;
}

/** `env` overrides configuration by the names of the environment. */
export async function startTestServer(
  env: Readonly<Record<string, string>> = {},
  given: Pick<ServerDeps, 'pushNetwork'> = {},
): Promise<TestServer> {
  const postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  const parsed = parseEnv({
    DATABASE_URL: databaseUrl,
    SIGNALING_PORT: '0',
    STUN_PORT: 'off',
    PUBLIC_URL: ORIGIN,
    LOG_LEVEL: 'debug',
    LIMIT_JOINS_PER_ADDRESS_PER_MINUTE: '10000',
    LIMIT_PUBLIC_PER_ADDRESS_PER_MINUTE: '100000',
    LIMIT_SIGN_INS_PER_ADDRESS: '10000',
    LIMIT_API_PER_USER_PER_MINUTE: '100000',
    ...env,
  });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  const config = parsed.value;
  let offsetMs = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offsetMs };
  const lines: string[] = [];
  const logger = createLogger(config.logLevel, { write: (line) => void lines.push(line) });
  const server = createServer(config, { clock, logger, ...given });
  const { port } = await server.start();
  const database = createDatabase({ url: databaseUrl, maxConnections: 2, logger });
  return {
    base: `http://127.0.0.1:${port}`,
    port,
    config,
    database,
    databaseUrl,
    clock,
    advance: (ms) => {
      offsetMs += ms;
    },
    logs: () => lines.join(''),
    setupToken: async () => {
      const token = await createSetupLink({ database, clock, random: systemRandom, config });
      if (token === undefined) throw new Error('already set up');
      return token;
    },
    close: async () => {
      await server.close();
      await database.close();
      await postgres.stop();
    },
  };
}
