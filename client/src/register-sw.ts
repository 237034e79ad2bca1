/** Registers the service worker and tells when a new version waits. */

export interface AppUpdates {
  /** A new version is installed and waits for `apply`. */
  readonly isReady: boolean;
  on(event: 'ready', listener: () => void): () => void;
  /** A newer version runs in another tab and owns the data now: this one can only be reloaded. */
  requireReload(): void;
  /** Lets the new version take over and reloads once it has. */
  apply(): void;
  close(): void;
}

/** `undefined` container (not supported, or not built for it): nothing ever becomes ready. */
export function createAppUpdates(container: ServiceWorkerContainer | undefined, reload: () => void): AppUpdates {
  const listeners = new Set<() => void>();
  const ended = new AbortController();
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
  const watch = (registration: ServiceWorkerRegistration): void => {
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
  };

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
      if (!waiting) {
        reload();
        return;
      }
      container?.addEventListener('controllerchange', reload, { once: true });
      waiting.postMessage({ type: 'skip-waiting' });
    },
    close: () => {
      ended.abort();
      listeners.clear();
    },
  };
}
