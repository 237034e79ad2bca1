/**
 * What Prometheus may ask of signaling, and the only importer of prom-client. Labels come from closed sets (types of
 * messages, error codes, route templates): never ids, names, addresses or anything else that a caller chooses.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '@vicinal/shared/app-error.ts';
import { HTTP_DURATION, HTTP_REFUSED, httpLabels, type HttpObservation } from '@vicinal/shared/http/http-metrics.ts';
import type { Exposition } from '@vicinal/shared/server/metrics-listener.ts';
import type { Down } from '@vicinal/shared/signal/down.ts';
import type { Up } from '@vicinal/shared/signal/up.ts';

/** What is counted when somebody asks, not when it changes. */
export interface SignalGauges {
  /** Open sockets, those that have not proven who they are included. */
  sockets(): number;
  /** Open sockets of open rooms. */
  openRoomSockets(): number;
  counts(): { readonly peers: number; readonly rooms: number; readonly archivers: number };
}

export interface Metrics extends Exposition {
  httpAnswered(observation: HttpObservation): void;
  /** A message arrived and was understood. */
  signalReceived(type: Up['type']): void;
  signalSent(type: Down['type']): void;
  /** A request of a connection, or the connection itself, was refused. */
  signalRefused(code: ErrorCode): void;
  /** An upgrade was refused with this HTTP status. */
  upgradeRefused(status: number): void;
  watch(gauges: SignalGauges): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const http = new Histogram({ ...HTTP_DURATION, registers });
  const httpRefused = new Counter({ ...HTTP_REFUSED, registers });
  const messages = new Counter({
    name: 'vicinal_signal_messages_total',
    help: 'Messages on signaling connections, by direction (up: from peers) and type.',
    labelNames: ['direction', 'type'],
    registers,
  });
  const refused = new Counter({
    name: 'vicinal_signal_refused_total',
    help: 'Requests on signaling connections, and connections, that were refused, by error code.',
    labelNames: ['code'],
    registers,
  });
  const upgrades = new Counter({
    name: 'vicinal_signal_upgrades_refused_total',
    help: 'WebSocket upgrades refused, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  return {
    httpAnswered: (observation) => {
      http.observe(httpLabels(observation), observation.seconds);
      if (observation.code !== undefined) httpRefused.inc({ code: observation.code });
    },
    signalReceived: (type) => messages.inc({ direction: 'up', type }),
    signalSent: (type) => messages.inc({ direction: 'down', type }),
    signalRefused: (code) => refused.inc({ code }),
    upgradeRefused: (status) => upgrades.inc({ status }),
    watch: (gauges) => {
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
      collectDefaultMetrics({ register: registry });
      gauge('vicinal_signal_sockets', 'Open signaling sockets.', gauges.sockets);
      gauge('vicinal_open_room_sockets', 'Open sockets of open rooms.', gauges.openRoomSockets);
      gauge('vicinal_signal_peers', 'Authenticated peers, archivers included.', () => gauges.counts().peers);
      gauge('vicinal_signal_rooms', 'Rooms with at least one peer.', () => gauges.counts().rooms);
      gauge('vicinal_signal_archivers', 'Archivers connected.', () => gauges.counts().archivers);
    },
    contentType: registry.contentType,
    expose: () => registry.metrics(),
  };
}
