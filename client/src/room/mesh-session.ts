/** The one mesh of a signed-in account in this tab, and the page events that wake it. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { Mesh } from '@vicinal/shared/mesh/types.ts';
import type { SyncStatus } from './types.ts';

export interface MeshSession {
  readonly mesh: Mesh;
  /** 'down' also while a new attempt runs after a failed one: it has to succeed before it counts. */
  readonly signaling: SyncStatus['signaling'];
  /** `navigator.onLine`. */
  readonly isOnline: boolean;
  /** Links are wanted here and this browser cannot make any. */
  readonly isWebRtcMissing: boolean;
  /** The browser asks before a page reaches the local network, and was told no. */
  readonly isLocalNetworkDenied: boolean;
  /** 'hide': this page may be frozen, discarded or ended without another word; listeners keep what they have, at once. */
  on(event: 'change' | 'wake' | 'hide', listener: () => void): () => void;
  close(): Promise<void>;
}

/** A wake-up this much later than planned means that the device slept. */
const SLEEP_MS = 15_000;
const TICK_MS = 5000;

/** Closes `mesh` with itself. `page` is the window of the tab. */
export function createMeshSession(mesh: Mesh, page: Window, clock: Clock, isWebRtcMissing = false): MeshSession {
  const events = new Emitter<{ change: []; wake: []; hide: [] }>();
  const ended = new AbortController();
  let signaling: SyncStatus['signaling'] = 'connecting';
  let cancelTick: (() => void) | undefined;

  const readSignaling = (): void => {
    const { kind } = mesh.signaling;
    const next = kind === 'open' ? 'open' : kind === 'connecting' && signaling === 'connecting' ? 'connecting' : 'down';
    if (next === signaling) return;
    signaling = next;
    events.emit('change');
  };
  const wake = (): void => {
    mesh.wake();
    events.emit('wake');
  };
  const watchSleep = (): void => {
    const plannedAt = clock.now() + TICK_MS;
    cancelTick = clock.after(TICK_MS, () => {
      if (clock.now() - plannedAt > SLEEP_MS) wake();
      watchSleep();
    });
  };

  const unsubscribe = mesh.on('signaling', readSignaling);
  const { signal } = ended;
  const hide = (): void => events.emit('hide');
  page.document.addEventListener(
    'visibilitychange',
    () => (page.document.visibilityState === 'visible' ? wake() : hide()),
    { signal },
  );
  page.document.addEventListener('freeze', hide, { signal });
  page.addEventListener('pagehide', hide, { signal });
  page.document.addEventListener('resume', wake, { signal });
  page.addEventListener('pageshow', (event) => event.persisted && wake(), { signal });
  page.addEventListener(
    'online',
    () => {
      wake();
      events.emit('change');
    },
    { signal },
  );
  page.addEventListener('offline', () => events.emit('change'), { signal });
  connectionOf(page.navigator)?.addEventListener('change', wake, { signal });
  let permission: PermissionStatus | undefined;
  void localNetworkPermission(page.navigator).then((found) => {
    permission = found;
    if (signal.aborted) return;
    found?.addEventListener('change', () => events.emit('change'), { signal });
    events.emit('change');
  });
  watchSleep();
  readSignaling();

  return {
    mesh,
    get signaling() {
      return signaling;
    },
    get isOnline() {
      return page.navigator.onLine;
    },
    isWebRtcMissing,
    get isLocalNetworkDenied() {
      return permission?.state === 'denied';
    },
    on: (event, listener) => events.on(event, listener),
    close: async () => {
      ended.abort();
      unsubscribe();
      cancelTick?.();
      events.clear();
      await mesh.close();
    },
  };
}

/** The Network Information API, where it exists: it tells of a change from one network to another. */
function connectionOf(navigator: Navigator): EventTarget | undefined {
  const connection: unknown = 'connection' in navigator ? navigator.connection : undefined;
  return connection instanceof EventTarget ? connection : undefined;
}

/** `undefined` where the browser knows no such permission. */
async function localNetworkPermission(navigator: Navigator): Promise<PermissionStatus | undefined> {
  try {
    return await navigator.permissions.query({ name: 'local-network-access' as PermissionName }); // newer than the types
  } catch {
    return undefined; // a name this browser does not know is an error to it
  }
}
