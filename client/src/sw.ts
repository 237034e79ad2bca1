/** Service worker: serves the app shell without network. Answers of the servers are never cached. */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly (PrecacheEntry | string)[] };

const SERVER_PATHS = [
  /^\/api(\/|$)/,
  /^\/archive(\/|$)/,
  /^\/signal(\/|$)/,
  /^\/share(\/|$)/,
  /^\/trust(\/|$)/,
  /^\/metrics(\/|$)/,
];

precacheAndRoute([...self.__WB_MANIFEST]);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVER_PATHS }));

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  // a new version takes over only when a person asked for it: never in the middle of an edit
  if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'skip-waiting')
    void self.skipWaiting();
});
