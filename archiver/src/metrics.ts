/**
 * What Prometheus may ask of the archiver, and the only importer of prom-client. Labels come from closed sets (error
 * codes, route templates, names of events in the code): never ids, names, addresses or anything that a peer chooses.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { HTTP_DURATION, HTTP_REFUSED, httpLabels, type HttpObservation } from '@vicinal/shared/http/http-metrics.ts';
import type { JobFailure, JobTask } from '@vicinal/shared/room/jobs.ts';
import type { Exposition } from '@vicinal/shared/server/metrics-listener.ts';
import { OPEN_ROOM_STATES, type OpenRoomStats } from './bridge/messages.ts';

/** What is counted when somebody asks, not when it changes. */
export interface ArchiveGauges {
  rooms(): number;
  /** READY links of people's devices to rooms that are attended, once for each room. */
  peers(): number;
  pendingBytes(): number;
  isStoreReady(): boolean;
  isSignalingConnected(): boolean;
  /** Counters of the mesh by name, and `dials-pending`, which goes up and down. */
  mesh(): Readonly<Record<string, number>>;
  openRooms(): readonly OpenRoomStats[];
}

/** What the store tells as it happens. */
export interface StoreMetrics {
  /** A transaction is durable. */
  committed(entries: number, seconds: number): void;
  /** A transaction failed; it is tried again. */
  commitFailed(): void;
  /** From being handed over to being durable: what a receipt waits for. */
  appended(seconds: number): void;
}

export interface Metrics extends StoreMetrics, Exposition {
  httpAnswered(observation: HttpObservation): void;
  receiptSent(): void;
  checkpointSaved(): void;
  /** An attempt at a job ended. */
  jobAttempted(task: JobTask, outcome: 'done' | JobFailure, seconds: number): void;
  /** Jobs of each state, counted whenever somebody asks; states are names in the code. */
  watchJobs(count: () => Promise<Readonly<Record<string, number>>>): void;
  watch(gauges: ArchiveGauges): void;
}

/** Seconds. */
const COMMIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10];
const JOB_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
/** More names than the mesh has; what comes beyond would be a fault of the code, and becomes one. */
const MAX_MESH_EVENTS = 200;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <T extends string = never>(name: string, help: string, labelNames: readonly T[] = []): Counter<T> =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = <T extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly T[] = [],
  ): Histogram<T> => new Histogram({ name, help, buckets: [...buckets], labelNames: [...labelNames], registers });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };

  const http = new Histogram({ ...HTTP_DURATION, registers });
  const httpRefused = new Counter({ ...HTTP_REFUSED, registers });
  const entries = counter('vicinal_archive_entries_committed_total', 'Entries made durable.');
  const commits = histogram(
    'vicinal_archive_commit_duration_seconds',
    'Time of a transaction that stores entries.',
    COMMIT_BUCKETS,
  );
  const commitFailures = counter(
    'vicinal_archive_commit_failures_total',
    'Transactions that failed and are tried again.',
  );
  const appends = histogram(
    'vicinal_archive_append_duration_seconds',
    'Time from receiving entries until they are durable.',
    COMMIT_BUCKETS,
  );
  const receipts = counter('vicinal_archive_receipts_total', 'Receipts sent.');
  const checkpoints = counter('vicinal_archive_checkpoints_total', 'Checkpoints made.');
  const attempts = histogram(
    'vicinal_job_attempt_duration_seconds',
    'Time of an attempt at a job, by task and outcome.',
    JOB_BUCKETS,
    ['task', 'outcome'],
  );

  return {
    httpAnswered: (observation) => {
      http.observe(httpLabels(observation), observation.seconds);
      if (observation.code !== undefined) httpRefused.inc({ code: observation.code });
    },
    committed: (count, seconds) => {
      entries.inc(count);
      commits.observe(seconds);
    },
    commitFailed: () => commitFailures.inc(),
    appended: (seconds) => appends.observe(seconds),
    receiptSent: () => receipts.inc(),
    checkpointSaved: () => checkpoints.inc(),
    jobAttempted: (task, outcome, seconds) => attempts.observe({ task, outcome }, seconds),
    watchJobs: (count) => {
      new Gauge({
        name: 'vicinal_jobs',
        help: 'Jobs of the queue, by state.',
        labelNames: ['state'],
        registers,
        async collect() {
          this.reset();
          for (const [state, n] of Object.entries(await count())) this.set({ state }, n);
        },
      });
    },
    watch: (gauges) => {
      collectDefaultMetrics({ register: registry });
      gauge('vicinal_archive_rooms', 'Rooms attended.', gauges.rooms);
      gauge('vicinal_archive_peers', 'Peers of rooms that are attended.', gauges.peers);
      gauge('vicinal_archive_pending_bytes', 'Bytes received and not durable yet.', gauges.pendingBytes);
      gauge('vicinal_archive_store_ready', '1 while the database takes entries.', () => Number(gauges.isStoreReady()));
      gauge('vicinal_archive_signaling_connected', '1 while signaling is reached.', () =>
        Number(gauges.isSignalingConnected()),
      );
      new Gauge({
        name: 'vicinal_open_rooms',
        help: 'Open rooms of stock y-webrtc by state; paused and full ones take no updates.',
        labelNames: ['state'],
        registers,
        collect() {
          for (const state of OPEN_ROOM_STATES)
            this.set({ state }, gauges.openRooms().filter((room) => room.state === state).length);
        },
      });
      const ofOpenRooms = (pick: (room: OpenRoomStats) => number) => (): number =>
        gauges.openRooms().reduce((sum, room) => sum + pick(room), 0);
      gauge(
        'vicinal_open_room_peers',
        'Peers of open rooms.',
        ofOpenRooms((room) => room.peers),
      );
      gauge(
        'vicinal_open_room_bytes',
        'Bytes stored of open rooms.',
        ofOpenRooms((room) => room.bytes),
      );
      gauge(
        'vicinal_open_room_refused',
        'Updates refused by open rooms since their process began.',
        ofOpenRooms((room) => room.refused),
      );
      gauge('vicinal_mesh_dials_pending', 'Connections being made.', () => gauges.mesh()['dials-pending'] ?? 0);
      new Counter({
        name: 'vicinal_mesh_events_total',
        help: 'What happened on links to peers, by name of the event.',
        labelNames: ['event'],
        registers,
        collect() {
          this.reset(); // the mesh counts; here it is only told
          const events = Object.entries(gauges.mesh()).filter(([event]) => event !== 'dials-pending');
          events.forEach(([event, n], i) => this.inc({ event: i < MAX_MESH_EVENTS ? event : 'other' }, n));
        },
      });
    },
    contentType: registry.contentType,
    expose: () => registry.metrics(),
  };
}
