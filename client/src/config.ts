/** What the client takes from its surroundings. Nothing else reads the location or flags. */

export interface ClientConfig {
  /** Origin of the page; `hello` binds to it, invite links carry it. */
  readonly origin: string;
  /** Base of the HTTP API, without a slash at the end. */
  readonly apiBase: string;
  readonly signalUrl: string;
  /** Exposes `window.__vicinal` for journeys; shows nothing that the page could not do anyway. */
  readonly isTest: boolean;
  /** Registers the service worker (production builds only: it would hide what the dev server serves). */
  readonly hasServiceWorker: boolean;
}

declare const __APP_VERSION__: string | undefined;
/** Version of the package, put in by the build; 'dev' where nothing builds. */
export const APP_VERSION: string = typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : 'dev';

/** `localStorage` key that switches the test seam on when it holds '1'. */
export const TEST_FLAG = 'vicinal.test';

export function readConfig(page: Window): ClientConfig {
  const { origin, host, protocol } = page.location;
  return Object.freeze({
    origin,
    apiBase: '/api',
    signalUrl: `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/signal`,
    isTest: readFlag(page),
    hasServiceWorker: import.meta.env.PROD && 'serviceWorker' in page.navigator,
  });
}

function readFlag(page: Window): boolean {
  try {
    return page.localStorage.getItem(TEST_FLAG) === '1';
  } catch {
    return false; // storage switched off in this browser: the flag cannot be set either
  }
}
