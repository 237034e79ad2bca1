/** Push, clicks on what it showed, and subscriptions that the browser changed, in the service worker. */
import { NO_WORDS, readNotifyWords } from '../storage/notify-words.ts';
import {
  describePush,
  openPath,
  showDescribed,
  textOf,
  within,
  type AppWindow,
  type PushGiven,
} from './push-notification.ts';

/** A window that has not answered by then shows something else than the app: sign-in, an error, an old version. */
const ANSWER_MS = 1500;
/** Databases may be slow to open right after a phone woke up; something is shown in time all the same. */
const WORDS_MS = 4000;

export async function showPush(worker: ServiceWorkerGlobalScope, given: PushGiven): Promise<void> {
  const described = describePush(textOf(given), (await within(readNotifyWords(), WORDS_MS)) ?? NO_WORDS);
  await showDescribed(described, given.notification ? worker.location.origin : undefined, {
    show: (title, options) => worker.registration.showNotification(title, options),
    // only an installed app has one
    setBadge: async (count) => ('setAppBadge' in worker.navigator ? worker.navigator.setAppBadge(count) : undefined),
  });
}

export async function openNotification(worker: ServiceWorkerGlobalScope, notification: Notification): Promise<void> {
  notification.close();
  const data: unknown = notification.data;
  const path = typeof data === 'object' && data !== null && 'path' in data ? String(data.path) : '/';
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  await openPath(path, windows.map(appWindow), (at) => worker.clients.openWindow(at));
}

const appWindow = (client: WindowClient): AppWindow => ({
  url: client.url,
  isVisible: client.visibilityState === 'visible',
  focus: () => client.focus(),
  ask: (path) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      const timer = setTimeout(() => resolve(false), ANSWER_MS);
      port1.addEventListener('message', () => {
        clearTimeout(timer);
        port1.close();
        resolve(true);
      });
      port1.start();
      client.postMessage({ type: 'open', path }, [port2]);
    }),
});

/** The browser has another endpoint from now on. Pages tell the server, now or when the app is opened next. */
export async function renewSubscription(worker: ServiceWorkerGlobalScope, old: PushSubscription | null): Promise<void> {
  const options = old?.options;
  if (options?.applicationServerKey)
    await worker.registration.pushManager
      .subscribe({ userVisibleOnly: true, applicationServerKey: options.applicationServerKey })
      .catch(() => undefined); // without network: the page does it when it is opened
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const client of windows) client.postMessage({ type: 'push-changed' });
}
