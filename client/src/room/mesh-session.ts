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
  on(event: 'change' | 'wake', listener: () => void): () => void;
  close(): Promise<void>;
}

/** A wake-up this much later than planned means that the device slept. */
const SLEEP_MS = 15_000;
const TICK_MS = 5000;

/** Closes `mesh` with itself. `page` is the window of the tab. */
export function createMeshSession(mesh: Mesh, page: Window, clock: Clock): MeshSession {
  const events = new Emitter<{ change: []; wake: [] }>();
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
  page.document.addEventListener('visibilitychange', () => page.document.visibilityState === 'visible' && wake(), {
    signal,
  });
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
