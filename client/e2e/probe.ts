/** What a page tells a journey about its connections. Watches from outside: the production build knows nothing of it. */
import type { Page } from 'playwright-core';

export interface ProbeReport {
  /** Policy violations, directive and address. */
  readonly violations: readonly string[];
  /** Open connections that carry data channels. */
  readonly connections: readonly ConnectionReport[];
}

export interface ConnectionReport {
  readonly state: string;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Bytes of messages on the data channels alone. */
  readonly messageBytesSent: number;
  readonly messageBytesReceived: number;
  /** Of the selected pair: host, srflx, prflx or relay. */
  readonly localCandidateType: string | undefined;
  readonly remoteCandidateType: string | undefined;
  /** Grows with every ICE restart. */
  readonly localUfrag: string | undefined;
}

interface ProbedWindow extends Window {
  __journey?: { violations: string[]; connections: RTCPeerConnection[] };
}

/** Init script: runs in every page before the app does. */
export function installProbe(): void {
  const page = window as ProbedWindow;
  const probe: NonNullable<ProbedWindow['__journey']> = { violations: [], connections: [] };
  page.__journey = probe;
  document.addEventListener('securitypolicyviolation', (event) => {
    probe.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
  const Original = window.RTCPeerConnection;
  if (Original === undefined) return;
  window.RTCPeerConnection = new Proxy(Original, {
    construct(target, args: [RTCConfiguration?], newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection; // what the constructor makes
      probe.connections.push(connection);
      return connection;
    },
  });
}

export const readProbe = (page: Page): Promise<ProbeReport> =>
  page.evaluate(async () => {
    const probe = (window as ProbedWindow).__journey;
    const connections: ConnectionReport[] = [];
    for (const connection of probe?.connections ?? []) {
      if (connection.connectionState === 'closed') continue;
      const stats = await connection.getStats();
      let bytesSent = 0;
      let bytesReceived = 0;
      let messageBytesSent = 0;
      let messageBytesReceived = 0;
      let localCandidateType: string | undefined;
      let remoteCandidateType: string | undefined;
      let selected: string | undefined;
      for (const entry of stats.values()) if (entry.type === 'transport') selected = entry.selectedCandidatePairId;
      for (const entry of stats.values()) {
        if (entry.type === 'candidate-pair' && entry.id === selected) {
          bytesSent = entry.bytesSent;
          bytesReceived = entry.bytesReceived;
          localCandidateType = stats.get(entry.localCandidateId)?.candidateType;
          remoteCandidateType = stats.get(entry.remoteCandidateId)?.candidateType;
        }
        if (entry.type === 'data-channel') {
          messageBytesSent += entry.bytesSent;
          messageBytesReceived += entry.bytesReceived;
        }
      }
      connections.push({
        state: connection.connectionState,
        bytesSent,
        bytesReceived,
        messageBytesSent,
        messageBytesReceived,
        localCandidateType,
        remoteCandidateType,
        localUfrag: /a=ice-ufrag:(\S+)/.exec(connection.localDescription?.sdp ?? '')?.[1],
      });
    }
    return { violations: probe?.violations ?? [], connections };
  });
