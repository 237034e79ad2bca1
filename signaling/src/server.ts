/** The signaling server: everything put together. */
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom, type Clock, type Random } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { Migration } from '@vicinal/shared/migrations.ts';
import { listenForMetrics } from '@vicinal/shared/server/metrics-listener.ts';
import { startDeviceWatch } from './auth/device-watch.ts';
import { readSigningKeys } from './auth/signing-keys.ts';
import { createTokens } from './auth/tokens.ts';
import type { Config } from './config.ts';
import { ensureIssuer } from './db/instance.ts';
import { migrate, readMigrations, readMigrationState } from './db/migrations.ts';
import { createDatabase, type Database } from './db/pool.ts';
import { deleteEndedSubscriptions } from './db/push.ts';
import { deleteEndedSessions } from './db/sessions.ts';
import type { AppDeps, Deps } from './deps.ts';
import { createApp } from './http/app.ts';
import { createHttpLimits, type HttpLimits } from './http/limits.ts';
import { accountRoutes } from './http/routes/accounts.ts';
import { archiverRoutes } from './http/routes/archivers.ts';
import { notifyRoutes } from './http/routes/notify.ts';
import { joinRoutes } from './http/routes/join.ts';
import { ownRoutes } from './http/routes/me.ts';
import { workspaceRoutes } from './http/routes/workspaces.ts';
import { instanceRoutes, type Readiness } from './http/routes/instance.ts';
import { roomRoutes } from './http/routes/rooms.ts';
import type { Route } from './http/route.ts';
import { startStunResponder } from './ice/stun-responder.ts';
import { createLogger, errorFields } from './log.ts';
import { createMetrics } from './metrics.ts';
import { randomId } from './random-ids.ts';
import { createLadder, startLadder } from './notify/ladder.ts';
import { createPushSender, readVapidKeys, type PushNetwork, type PushSender } from './notify/push-sender.ts';
import { createSignalRouter } from './signal/router.ts';
import { attachSignaling, type SignalEndpoint } from './signal/upgrade.ts';

export interface ServerDeps {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly logger?: Logger;
  /** How push services are reached; the internet when absent. */
  readonly pushNetwork?: PushNetwork;
}

export interface SignalingServer {
  /**
   * Waits for the database, applies migrations, listens. Rejects with `not-ready` when the database stays away for
   * `databaseStartTimeoutMs`, and with the system's error when the port is taken; everything is closed then.
   */
  start(): Promise<{ readonly port: number }>;
  /** Tells peers, closes sockets, lets requests end, closes the pool. Idempotent. */
  close(): Promise<void>;
}

/** How often keys made by another process are looked for, and ended sessions deleted. */
const UPKEEP_INTERVAL_MS = 30_000;
const ENDED_SESSIONS_KEPT_MS = 7 * 86_400_000;

export function createServer(config: Config, given: ServerDeps = {}): SignalingServer {
  const { clock = systemClock, random = systemRandom, logger = createLogger(config.logLevel) } = given;
  const closers: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      for (const closer of closers.reverse()) await closer();
      logger.info('stopped');
    })());

  const start = async (): Promise<{ port: number }> => {
    const database = createDatabase({
      url: config.databaseUrl,
      maxConnections: config.limits.databaseConnections,
      logger,
    });
    closers.push(() => database.close());
    const migrations = readMigrations();
    await prepare(database, migrations, { config, clock, logger });
    const issuer = await ensureIssuer(database, `urn:vicinal:${randomId<string>(random)}`);
    const tokens = createTokens(issuer, clock);
    await tokens.load(await readSigningKeys(database, clock));
    const metrics = createMetrics();
    const deps: Deps = { config, database, tokens, clock, random, logger, metrics };
    const router = createSignalRouter(deps);
    const appDeps: AppDeps = { ...deps, live: router };
    closers.push(startUpkeep(deps));
    closers.push(startDeviceWatch(appDeps));
    const sender = createPushSender(config, await readVapidKeys(database, clock), given.pushNetwork);
    closers.push(startLadder(appDeps, createLadder(appDeps, sender)));
    closers.push(() => sender.close());

    const stun = config.stun && (await startStunResponder({ ...config.stun, limits: config.limits, clock, logger }));
    closers.push(() => stun?.close());
    const limits = createHttpLimits(config.limits);
    const app = createApp(
      appDeps,
      limits,
      listRoutes(
        appDeps,
        limits,
        sender,
        () => readReadiness(database, migrations),
        () => stun?.port,
      ),
    );
    const handle = app.callback();
    const server = createHttpServer(
      { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024, keepAliveTimeout: 65_000 },
      (request, response) => {
        // Kept alive, the connection would hold up the stop until its time is over.
        response.once('close', () => isStopping && setImmediate(() => server.closeIdleConnections()));
        void handle(request, response);
      },
    );
    let isStopping = false;
    const endpoint: SignalEndpoint = attachSignaling(server, deps, router);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    closers.push(async () => {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      isStopping = true;
      const cancel = clock.after(config.limits.shutdownTimeoutMs, () => server.closeAllConnections());
      await endpoint.close();
      server.closeIdleConnections();
      await stopped;
      cancel();
    });
    if (config.metricsPort !== undefined) {
      metrics.watch({
        sockets: () => endpoint.count(),
        openRoomSockets: () => endpoint.countOpen(),
        counts: () => router.counts(),
      });
      const listener = await listenForMetrics(metrics, { host: config.metricsHost, port: config.metricsPort });
      closers.push(() => listener.close());
    }
    const { port } = server.address() as AddressInfo; // listening on TCP
    logger.info('listening', { port, host: config.host });
    return { port };
  };

  return {
    start: async () => {
      try {
        return await start();
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
  };
}

/** Every route of the API, in one table; also what documents and the authorisation matrix are made from. */
export function listRoutes(
  deps: AppDeps,
  limits: HttpLimits,
  sender: PushSender,
  readiness: () => Promise<Readiness>,
  stunPort: () => number | undefined,
): readonly Route[] {
  return [
    ...instanceRoutes(deps, readiness, stunPort),
    ...accountRoutes(deps, limits),
    ...ownRoutes(deps, limits),
    ...workspaceRoutes(deps),
    ...roomRoutes(deps),
    ...joinRoutes(deps, limits),
    ...archiverRoutes(deps),
    ...notifyRoutes(deps, limits, sender),
  ];
}

async function prepare(
  database: Database,
  migrations: readonly Migration[],
  { config, clock, logger }: Pick<Deps, 'config' | 'clock' | 'logger'>,
): Promise<void> {
  const deadline = clock.monotonic() + config.limits.databaseStartTimeoutMs;
  for (;;) {
    try {
      await database.query('select 1');
      break;
    } catch (error) {
      if (clock.monotonic() >= deadline)
        throw new AppError('not-ready', 'the database cannot be reached', { cause: error });
      logger.warn('database-unreachable', errorFields(error));
      await new Promise<void>((resolve) => void clock.after(500, resolve));
    }
  }
  for (const name of await migrate(database, migrations)) logger.info('migrated', { migration: name });
}

async function readReadiness(database: Database, migrations: readonly Migration[]): Promise<Readiness> {
  try {
    return { database: 'ok', migrations: await readMigrationState(database, migrations) };
  } catch {
    return { database: 'failed', migrations: 'unknown' }; // that is what the answer says
  }
}

function startUpkeep({ clock, database, tokens, logger }: Deps): () => Promise<void> {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;
  const run = async (): Promise<void> => {
    try {
      await tokens.load(await readSigningKeys(database, clock));
      await deleteEndedSubscriptions(database);
      await deleteEndedSessions(database, new Date(clock.now() - ENDED_SESSIONS_KEPT_MS));
    } catch (error) {
      logger.warn('upkeep-failed', errorFields(error));
    }
    if (!isStopped) schedule();
  };
  const schedule = (): void => {
    cancel = clock.after(UPKEEP_INTERVAL_MS, () => {
      running = run();
    });
  };
  schedule();
  return async () => {
    isStopped = true;
    cancel();
    await running;
  };
}
