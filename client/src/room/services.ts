/** Puts the client core together. `main.tsx` calls {@link createServices} once and hands the parts to the app. */
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { createAccount, type AccountCore } from '../auth/account.ts';
import type { TabSignal } from '../auth/account-options.ts';
import type { Exclusive, Hold } from '../auth/session.ts';
import { readConfig } from '../config.ts';
import { t } from '../i18n/messages.ts';
import { createAppUpdates, type AppUpdates } from '../register-sw.ts';
import { consoleLogger } from './console-logger.ts';
import type { Rooms } from './types.ts';

export interface Services {
  readonly account: AccountCore;
  readonly updates: AppUpdates;
  /** Opens the rooms of the account signed in now, in a chunk of its own. Whoever calls closes them. */
  loadRooms(): Promise<Rooms>;
  close(): Promise<void>;
}

export function createServices(page: Window & typeof globalThis): Services {
  const config = readConfig(page);
  const reload = (): void => page.location.reload();
  const updates = createAppUpdates(config.hasServiceWorker ? page.navigator.serviceWorker : undefined, reload);
  const account = createAccount({
    origin: config.origin,
    apiBase: config.apiBase,
    fetch: page.fetch.bind(page),
    exclusive: exclusiveOverTabs(page.navigator),
    hold: holdOverTabs(page.navigator),
    tabs: createTabSignal(),
    places: { caches: page.caches, localStorage: storageOf(page) },
    clock: systemClock,
    random: systemRandom,
    logger: consoleLogger({ part: 'account' }),
    deviceLabel: describeDevice(page.navigator),
    isOnline: () => page.navigator.onLine,
    onSuperseded: () => updates.requireReload(),
  });
  const ended = new AbortController();
  page.addEventListener('online', () => account.wake(), { signal: ended.signal });
  page.document.addEventListener(
    'visibilitychange',
    () => page.document.visibilityState === 'visible' && account.wake(),
    { signal: ended.signal },
  );
  return {
    account,
    updates,
    loadRooms: async () => {
      const { openRooms } = await import('./open-rooms.ts');
      return openRooms(account, config, page);
    },
    close: async () => {
      ended.abort();
      updates.close();
      await account.close();
    },
  };
}

/** Web Locks where they exist; they do wherever the app runs at all (secure contexts). */
const exclusiveOverTabs =
  (navigator: Navigator): Exclusive =>
  (name, work) =>
    navigator.locks.request(name, work);

const holdOverTabs =
  (navigator: Navigator): Hold =>
  (name) =>
    new Promise((held, failed) => {
      const work = (): Promise<void> => new Promise((letGo) => held(letGo));
      navigator.locks.request(name, { mode: 'shared' }, work).catch(failed);
    });

function storageOf(page: Window): Storage | undefined {
  try {
    return page.localStorage;
  } catch {
    return undefined; // switched off in this browser: nothing is kept there
  }
}

function createTabSignal(): TabSignal {
  const channel = new BroadcastChannel('vicinal/account');
  return {
    send: () => channel.postMessage('changed'),
    on: (listener) => {
      channel.addEventListener('message', listener);
      return () => channel.removeEventListener('message', listener);
    },
    close: () => channel.close(),
  };
}

/** "Chromium on Linux": good enough to tell one's devices apart in a list. */
export function describeDevice(navigator: { readonly userAgent: string }): string {
  const agent = navigator.userAgent;
  const browsers = [
    ['Firefox', /Firefox\//],
    ['Edge', /Edg\//],
    ['Opera', /OPR\//],
    ['Chrome', /Chrome\//],
    ['Safari', /Safari\//],
  ] as const;
  const systems = [
    ['Android', /Android/],
    ['iPhone', /iPhone/],
    ['iPad', /iPad/],
    ['Windows', /Windows/],
    ['macOS', /Mac OS X/],
    ['Linux', /Linux/],
  ] as const;
  const browser = browsers.find(([, pattern]) => pattern.test(agent))?.[0] ?? 'Browser';
  const system = systems.find(([, pattern]) => pattern.test(agent))?.[0];
  return system ? t('device.name', { browser, system }) : browser;
}
