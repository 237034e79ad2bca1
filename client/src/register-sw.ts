/** Registers the service worker and tells when a new version waits. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { systemClock } from '@vicinal/shared/clock.ts';

export interface AppUpdates {
  /** A new version is installed and waits for `apply`, or runs in another tab already. */
  readonly isReady: boolean;
  on(event: 'ready', listener: () => void): () => void;
  /** A newer version runs in another tab and owns the data now: this one can only be reloaded. */
  requireReload(): void;
  /** Lets the new version take over and reloads this tab once it has. Save before: nothing else reloads it. */
  apply(): void;
  /** The first screen stands: the worker fetches what the others need. */
  fill(): void;
  close(): void;
}

/** Tabs stay open for days: this often they ask whether there is a new version. */
const CHECK_INTERVAL_MS = 60 * 60_000;
const FILL_AFTER_MS = 10_000;

/** `undefined` container (not supported, or not built for it): nothing ever becomes ready. */
export function createAppUpdates(
  container: ServiceWorkerContainer | undefined,
  reload: () => void,
  clock: Clock = systemClock,
): AppUpdates {
  const listeners = new Set<() => void>();
  const ended = new AbortController();
  let cancelCheck: (() => void) | undefined;
  let waiting: ServiceWorker | undefined;
  let isReady = false;

  const offer = (worker: ServiceWorker): void => {
    waiting = worker;
    announce();
  };
  const announce = (): void => {
    isReady = true;
    for (const listener of listeners) listener();
  };
  const checkLater = (registration: ServiceWorkerRegistration): void => {
    cancelCheck = clock.after(CHECK_INTERVAL_MS, () => {
      registration.update().catch(() => undefined); // without network there is nothing new
      checkLater(registration);
    });
  };
  const watch = (registration: ServiceWorkerRegistration): void => {
    if (ended.signal.aborted) return;
    // without a controller this is the first visit: what was installed is what runs
    if (registration.waiting && container?.controller) offer(registration.waiting);
    registration.addEventListener(
      'updatefound',
      () => {
        const worker = registration.installing;
        worker?.addEventListener(
          'statechange',
          () => {
            if (worker.state === 'installed' && container?.controller) offer(worker);
          },
          { signal: ended.signal },
        );
      },
      { signal: ended.signal },
    );
    checkLater(registration);
  };

  const fill = (): void => {
    cancelFill?.();
    cancelFill = undefined;
    container?.ready.then(({ active }) => active?.postMessage({ type: 'fill' })).catch(() => undefined); // it never rejects
  };
  // a page that never comes so far fills too
  let cancelFill: (() => void) | undefined = clock.after(FILL_AFTER_MS, fill);

  // refused registration (private mode, policy): the app works, only not from a cold start without network
  container?.register('/sw.js', { type: 'classic' }).then(watch, () => undefined);
  return {
    get isReady() {
      return isReady;
    },
    on: (_event, listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    requireReload: announce,
    apply: () => {
      if (!isReady) return;
      // another tab may have let it take over already, or a still newer one replaced it
      if (waiting?.state !== 'installed') {
        reload();
        return;
      }
      container?.addEventListener('controllerchange', reload, { once: true, signal: ended.signal });
      waiting.addEventListener(
        'statechange',
        ({ target }) => {
          if (target instanceof ServiceWorker && target.state === 'redundant') reload(); // a still newer one came between
        },
        { signal: ended.signal },
      );
      waiting.postMessage({ type: 'skip-waiting' });
    },
    fill,
    close: () => {
      ended.abort();
      cancelCheck?.();
      cancelFill?.();
      listeners.clear();
    },
  };
}
