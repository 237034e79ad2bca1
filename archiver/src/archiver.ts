/** The archiver in one process: store, identity, mesh, rooms and HTTP, started and stopped together. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { iceServersOf } from '@vicinal/shared/mesh/ice-servers.ts';
import { createMesh } from '@vicinal/shared/mesh/mesh.ts';
import type { Mesh, SocketLike, WebRtc } from '@vicinal/shared/mesh/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { OPEN_ROOMS_PATH } from '@vicinal/shared/open-rooms.ts';
import { listenForMetrics } from '@vicinal/shared/server/metrics-listener.ts';
import type { Config } from './config.ts';
import { watchMentions } from './mentions/mentions.ts';
import { createOutboxDelivery } from './mentions/outbox-delivery.ts';
import { startBridge, type Bridge } from './bridge/bridge.ts';
import { createMetrics } from './metrics.ts';
import type { ArchiveGauges, Metrics } from './metrics.ts';
import { createAccess } from './http/access.ts';
import { createApp } from './http/app.ts';
import { createIdentity } from './identity/credentials.ts';
import type { Identity } from './identity/credentials.ts';
import { createSignalingApi } from './identity/signaling-api.ts';
import type { SignalingApi } from './identity/signaling-api.ts';
import { loadDeviceKey, loadEnrolment, loadInstanceCache } from './identity/state-files.ts';
import type { Enrolment } from './identity/state-files.ts';
import { openJobs } from './jobs/open-jobs.ts';
import { openArchivedRoom } from './rooms/archived-room.ts';
import type { RoomSeat, RoomTasks } from './rooms/archived-room.ts';
import { createDocuments } from './rooms/documents.ts';
import { createSupervisor } from './rooms/supervisor.ts';
import type { Supervisor } from './rooms/supervisor.ts';
import type { ArchiveStore } from './store/archive-store.ts';
import { errorCodeOf } from './store/connection.ts';
import { createOutbox } from './store/outbox.ts';
import { openPgArchiveStore } from './store/pg-archive-store.ts';

const DAY_MS = 86_400_000;
/** Part of the shutdown time for rooms; the rest is for what still waits for the database. */
const ROOMS_SHARE = 0.5;
/** Part of it for the jobs before; the queue gives out again what was not settled. */
const JOBS_SHARE = 0.2;

export interface ArchiverDeps {
  readonly config: Config;
  readonly webrtc: WebRtc;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Archiver {
  /** Port of /archive/*. */
  readonly port: number;
  /** Resolves when the database is reached and rooms are attended. Rejects with 'shutting-down' when closed before. */
  readonly ready: Promise<void>;
  /** Flushes and stops everything within the configured time. Idempotent. */
  close(): Promise<void>;
}

/** Throws 'enrolment-invalid' when this archiver is not enrolled yet, 'storage-failed' for damaged files, or what listening fails with. */
export async function startArchiver(deps: ArchiverDeps): Promise<Archiver> {
  const { config, clock, logger } = deps;
  const enrolment = await loadEnrolment(config.stateDir);
  if (enrolment === undefined) throw new AppError('enrolment-invalid', 'not enrolled');
  const signer = await loadDeviceKey(config.stateDir);
  const url = config.signalingUrl ?? enrolment.url;
  const closed = new AbortController();
  const api = createSignalingApi(url, signer, closed.signal);
  const identity = createIdentity({
    enrolment,
    signer,
    api,
    stateDir: config.stateDir,
    cached: await loadInstanceCache(config.stateDir),
    clock,
    logger,
  });
  const metrics = createMetrics();
  let running: Running | undefined;
  const notReady = (): Running => {
    if (running === undefined) throw new AppError('not-ready');
    return running;
  };
  const authorise = createAccess({
    tokens: identity.tokens,
    workspace: enrolment.workspace,
    requestsPerDevicePerMinute: config.limits.requestsPerDevicePerMinute,
    now: identity.now,
  });
  const app = createApp({
    clock,
    logger,
    metrics,
    allowedOrigins: config.allowedOrigins,
    store: () => running?.store.state,
    signaling: () => (running?.mesh.signaling.kind === 'open' ? 'connected' : 'absent'),
    authorise: () => authorise,
    heads: async (room) => notReady().store.roomHeads(room),
    exportRoom: async (room) => notReady().documents.exportRoom(room),
  });
  const handle = app.callback();
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 20_000 },
    (request, response) => void handle(request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => resolve());
  });
  if (config.metricsPort !== undefined) metrics.watch(gaugesOf(() => running));
  const metricsListener =
    config.metricsPort === undefined
      ? undefined
      : await listenForMetrics(metrics, { host: config.metricsHost, port: config.metricsPort });

  const start = async (): Promise<void> => {
    const store = await openStoreEventually(deps, metrics, enrolment, closed.signal);
    if (closed.signal.aborted) return store.close();
    running = run(deps, { metrics, store, api, identity, signer, enrolment, url });
    logger.info('archiver.ready');
  };
  const ready = start();
  ready.catch((error: unknown) => logger.error('archiver.not-started', { code: errorCodeOf(error) }));

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closed.abort();
    await ready.catch(() => undefined); // logged
    await running?.close();
    await metricsListener?.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, ready, close: () => (closing ??= close()) }; // listening on TCP
}

interface Running {
  readonly bridge: Bridge | undefined;
  readonly store: ArchiveStore;
  readonly mesh: Mesh;
  readonly supervisor: Supervisor;
  readonly documents: ReturnType<typeof createDocuments>;
  close(): Promise<void>;
}
interface Parts {
  readonly metrics: Metrics;
  readonly store: ArchiveStore;
  readonly api: SignalingApi;
  readonly identity: Identity;
  readonly signer: DeviceSigner;
  readonly enrolment: Enrolment;
  readonly url: string;
}

function run(deps: ArchiverDeps, { metrics, store, api, identity, signer, enrolment, url }: Parts): Running {
  const { config, clock, random, logger } = deps;
  const origin = config.publicUrl ?? new URL(url).origin;
  const mesh = createMesh({
    signalUrl: () => `${url.replace(/^http/, 'ws')}/signal`,
    origin,
    createSocket: (address) => createSocket(address, origin),
    webrtc: deps.webrtc,
    ice: () => ({ ...identity.ice(), origin }),
    signer,
    verifySignature,
    tokens: identity.tokens,
    credentials: identity.credentials,
    clock,
    random,
    logger,
    isArchiver: true,
  });
  const documents = createDocuments({
    ...{ store, signer, clock, random, logger },
    grants: identity.tokens,
    grant: identity.grant,
    workspace: enrolment.workspace,
    maxExports: config.limits.maxExports,
    attended: (room) => supervisor.room(room),
  });
  const jobs = openJobs({
    ...{ config, store, signer, identity, metrics, clock, random },
    workspace: enrolment.workspace,
    attend: (room) => supervisor.attend(room),
    logger: logger.child({ part: 'jobs' }),
  });
  const outbox = createOutbox(config.databaseUrl, enrolment.workspace, config.limits);
  const delivery = createOutboxDelivery({
    outbox,
    send: (events) => api.events(enrolment.issuer, identity.now(), events),
    ...{ limits: config.limits, clock, logger },
  });
  const openTasks = (seat: RoomSeat): RoomTasks => {
    const roomJobs = jobs.openRoom(seat);
    const mentions = watchMentions(
      {
        outbox,
        onRecorded: delivery.wake,
        grants: identity.tokens,
        workspace: enrolment.workspace,
        retryMs: config.limits.retryMaxMs,
        ...{ clock, logger },
      },
      seat,
    );
    return {
      get isBusy() {
        return roomJobs.isBusy;
      },
      close: async () => {
        await Promise.all([roomJobs.close(), mentions.close()]);
      },
    };
  };
  const supervisor = createSupervisor({
    mesh,
    open: (room, onEnding) =>
      openArchivedRoom(
        room,
        {
          mesh,
          store,
          openReplica: documents.openReplica,
          buildCheckpoint: documents.buildCheckpoint,
          openTasks,
          signer,
          limits: config.limits,
          clock,
          now: identity.now,
          logger,
          metrics,
        },
        onEnding,
      ),
    limits: config.limits,
    clock,
    logger,
  });
  const bridge =
    config.openRooms.length === 0
      ? undefined
      : startBridge({
          signalUrl: `${url.replace(/^http/, 'ws')}${OPEN_ROOMS_PATH}`,
          ice: () => ({
            servers: iceServersOf({ ...identity.ice(), origin }),
            isRelayOnly: identity.ice().isRelayOnly === true,
          }),
          limits: config.limits,
          clock,
          logger,
        });
  let cancelUpkeep: () => void = () => undefined;
  const upkeep = (): void => {
    cancelUpkeep = clock.after(DAY_MS, () => {
      store.maintain().catch(() => logger.warn('archiver.upkeep-failed'));
      upkeep();
    });
  };
  upkeep();
  mesh.on('signaling', () => logger.info('archiver.signaling', { state: mesh.signaling.kind }));
  store.on('state', (state) => logger.info('archiver.store', { state }));
  return {
    bridge,
    store,
    mesh,
    supervisor,
    documents,
    async close() {
      cancelUpkeep();
      await withinTime(jobs.close(), config.limits.shutdownTimeoutMs * JOBS_SHARE, clock);
      await Promise.all([
        withinTime(supervisor.close(), config.limits.shutdownTimeoutMs * ROOMS_SHARE, clock),
        bridge?.close(),
      ]);
      await mesh.close();
      await withinTime(delivery.close(), config.limits.shutdownTimeoutMs * JOBS_SHARE, clock);
      await outbox.close();
      await store.close();
    },
  };
}

const gaugesOf = (running: () => Running | undefined): ArchiveGauges => ({
  rooms: () => running()?.supervisor.rooms.length ?? 0,
  peers: () => {
    const supervisor = running()?.supervisor;
    return supervisor?.rooms.reduce((sum, room) => sum + (supervisor.room(room)?.peers ?? 0), 0) ?? 0;
  },
  pendingBytes: () => running()?.store.pendingBytes ?? 0,
  isStoreReady: () => running()?.store.state === 'ready',
  isSignalingConnected: () => running()?.mesh.signaling.kind === 'open',
  openRooms: () => running()?.bridge?.stats() ?? [],
  mesh: () => running()?.mesh.counters() ?? {},
});

/** The database may come up after the archiver, or be held by a predecessor that is still stopping. */
async function openStoreEventually(
  deps: ArchiverDeps,
  metrics: Metrics,
  enrolment: Enrolment,
  closed: AbortSignal,
): Promise<ArchiveStore> {
  const { config, clock, random, logger } = deps;
  const { limits } = config;
  for (let failures = 1; ; failures++) {
    try {
      return await openPgArchiveStore({
        url: config.databaseUrl,
        workspace: enrolment.workspace,
        limits: { ...limits, closeTimeoutMs: limits.shutdownTimeoutMs * (1 - ROOMS_SHARE) * 0.5 },
        clock,
        random,
        logger: logger.child({ part: 'store' }),
        metrics,
      });
    } catch (error) {
      if (closed.aborted) throw new AppError('shutting-down');
      const delayMs = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** Math.min(failures - 1, 16));
      logger.warn('archiver.store-not-open', { code: errorCodeOf(error), delayMs });
      await new Promise<void>((resolve) => {
        const cancel = clock.after(delayMs, resolve);
        closed.addEventListener(
          'abort',
          () => {
            cancel();
            resolve();
          },
          { once: true },
        );
      });
      if (closed.aborted) throw new AppError('shutting-down');
    }
  }
}

/** Node's own WebSocket with the origin that browsers send by themselves. */
function createSocket(address: string, origin: string): SocketLike {
  // Node's constructor takes headers where the DOM's, whose types are in scope, takes protocols.
  const NodeWebSocket = WebSocket as unknown as new (
    address: string,
    options: { headers: Record<string, string> },
  ) => SocketLike;
  return new NodeWebSocket(address, { headers: { origin } });
}

const withinTime = (work: Promise<void>, timeoutMs: number, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
