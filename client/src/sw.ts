/** Service worker: serves the app without network. Answers of the servers are never kept. */
import { answerTo } from './sw/answer.ts';
import { receiveShare } from './sw/receive-share.ts';
import { openNotification, renewSubscription, showPush } from './sw/notifications.ts';
import { createBuildFiles, type BuildFile } from './sw/build-files.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly BuildFile[] };

const files = createBuildFiles(self.__WB_MANIFEST, self.caches, (path, options) => fetch(path, options));

self.addEventListener('install', (event) => event.waitUntil(files.install()));

self.addEventListener('activate', (event) =>
  // also on the first visit, so that what its page has not loaded yet can come from here
  event.waitUntil(files.activate().then(() => self.clients.claim())),
);

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined;
  // a new version takes over only when a person asked for it: never in the middle of an edit
  if (type === 'skip-waiting') void self.skipWaiting();
  // without network the rest comes another time: every page asks again
  if (type === 'fill') event.waitUntil(files.fill().catch(() => undefined));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const facts = {
    method: request.method,
    url,
    isNavigation: request.mode === 'navigate',
    hasAuthorization: request.headers.has('Authorization'),
  };
  const answer = answerTo(facts, self.location.origin, files.paths);
  if (answer === 'share')
    event.respondWith(receiveShare(request, () => self.crypto.randomUUID(), Date.now(), self.location.origin));
  if (answer === 'page') event.respondWith(files.own('/index.html').catch(() => fetch(request)));
  if (answer === 'file') event.respondWith(files.own(url.pathname).catch(() => fetch(request)));
  if (answer === 'old-file') event.respondWith(files.old(url.pathname).then((old) => old ?? fetch(request)));
});

self.addEventListener('push', (event) => event.waitUntil(showPush(self, event)));

self.addEventListener('notificationclick', (event) => event.waitUntil(openNotification(self, event.notification)));

// not in the types of every browser's worker
self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as ExtendableEvent & { readonly oldSubscription?: PushSubscription | null }; // Chromium and Firefox
  change.waitUntil(renewSubscription(self, change.oldSubscription ?? null));
});
