/** Push, clicks on what it showed, and subscriptions that the browser changed, in the service worker. */
import { readNotifyWords } from '../storage/notify-words.ts';
import { describePush, openPath, type AppWindow } from './push-notification.ts';

/** A window that has not answered by then shows something else than the app: sign-in, an error, an old version. */
const ANSWER_MS = 1500;

export async function showPush(worker: ServiceWorkerGlobalScope, text: string | undefined): Promise<void> {
  const { title, body, tag, path, badge } = describePush(text, await readNotifyWords());
  if (badge !== undefined && 'setAppBadge' in worker.navigator)
    await worker.navigator.setAppBadge(badge).catch(() => undefined); // only an installed app has one
  await worker.registration.showNotification(title, {
    body,
    tag,
    icon: '/icons/icon-192.png',
    badge: '/icons/icon-192.png',
    data: { path },
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
