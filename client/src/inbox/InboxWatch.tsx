import { useLocation, useNavigate } from '@solidjs/router';
import type { InboxItem } from '@vicinal/shared/http/notify.ts';
import { createEffect, createSignal, on, onCleanup, onMount, Show, type JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import { fromEvents } from '../context/from-events.ts';
import { setInboxView } from '../context/inbox.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import { refreshPush } from '../push/push-device.ts';
import { Button } from '../ui/Button.tsx';
import { createInboxCalls } from './inbox-calls.ts';
import { createInboxSession } from './inbox-session.ts';
import { pathOf, sentenceOf, workerSentences } from './sentences.ts';
import './inbox.css';

/** Input is reported at most this often; the server counts two minutes. */
const REPORT_MS = 60_000;
const TOAST_MS = 8000;
/** What the worker is told to know of titles and names, at most. */
const WORDS_KEPT = 1000;
const WORDS_DELAY_MS = 2000;

/** Listens for the account on screen, for as long as it is: announces what is new, reports activity, keeps push going. */
export function InboxWatch(): JSX.Element {
  const services = useServices();
  const view = useWorkspace();
  const location = useLocation();
  const navigate = useNavigate();
  const calls = createInboxCalls(services.account.api);
  const session = createInboxSession(calls, () => Date.now());
  const state = fromEvents(
    (listener) => session.on('change', listener),
    () => session.state,
  );
  const [toast, setToast] = createSignal<InboxItem>();
  const titleOf = ({ room }: InboxItem): string | undefined =>
    room === undefined ? undefined : view.document(room)?.title;
  const ended = new AbortController();
  const { signal } = ended;

  setInboxView({ ...session, state, calls });
  onCleanup(() => {
    ended.abort();
    session.close();
    setInboxView(undefined);
    void closeShown(() => true);
  });
  session.on('news', (items) => {
    const [newest] = items;
    if (newest === undefined) return;
    services.announce(
      items.length === 1 ? sentenceOf(newest, titleOf(newest)) : t('inbox.news', { count: items.length }),
    );
    setToast(newest);
  });
  createEffect(() => {
    const item = toast();
    if (item === undefined) return;
    const timer = setTimeout(() => setToast(undefined), TOAST_MS);
    onCleanup(() => clearTimeout(timer));
  });

  const refresh = (): void => void session.refresh();
  onMount(refresh);
  createEffect(() => {
    const stop = services.rooms()?.notifications.on('inbox', refresh);
    if (stop !== undefined) onCleanup(stop);
  });
  window.addEventListener('online', refresh, { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh(), { signal });

  /** Whoever moves in a document has seen that they are mentioned there. */
  const readHere = (): void => {
    const here = session.state.items.filter(
      ({ room, readAt, kind }) =>
        room !== undefined && readAt === undefined && kind === 'mention' && location.pathname === `/d/${room}`,
    );
    if (here.length > 0) void session.markRead(here.map(({ id }) => id));
  };
  let reportedAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const onInput = (): void => {
    const now = performance.now();
    if (now - lookedAt >= 1000) {
      lookedAt = now;
      readHere();
    }
    if (now - reportedAt < REPORT_MS) return;
    reportedAt = now;
    void calls.active();
  };
  for (const type of ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const)
    document.addEventListener(type, onInput, { signal, passive: true, capture: true });

  createEffect(
    on(state, ({ unread, items }) => {
      if ('setAppBadge' in navigator) navigator.setAppBadge(unread).catch(() => undefined); // only an installed app has one
      const read = new Set(items.filter(({ readAt }) => readAt !== undefined).map(({ id }) => id));
      void closeShown((tag) => read.has(tag));
    }),
  );

  createEffect(
    on([services.rooms, view.documents, state], ([rooms, documents, { items }]) => {
      if (rooms === undefined || documents.length + items.length === 0) return;
      const timer = setTimeout(() => {
        const words = {
          sentences: workerSentences(),
          titles: Object.fromEntries(documents.slice(0, WORDS_KEPT).map(({ room, title }) => [room, title])),
          names: Object.fromEntries(items.slice(0, WORDS_KEPT).map(({ actor }) => [actor.user, actor.name])),
        };
        rooms.notifications.saveWords(words).catch(() => undefined); // a full disk: the worker says it in general words
      }, WORDS_DELAY_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  createEffect(() => {
    const rooms = services.rooms();
    const device = services.account.deviceId;
    if (rooms !== undefined && device !== undefined) void refreshPush(calls, device, rooms.notifications);
  });
  if ('serviceWorker' in navigator)
    navigator.serviceWorker.addEventListener(
      'message',
      ({ data, ports }: MessageEvent<unknown>) => {
        if (typeof data !== 'object' || data === null || !('type' in data)) return;
        const rooms = services.rooms();
        const device = services.account.deviceId;
        if (data.type === 'push-changed' && rooms && device) void refreshPush(calls, device, rooms.notifications);
        if (data.type !== 'open' || !('path' in data) || typeof data.path !== 'string') return;
        ports[0]?.postMessage('opened');
        if (/^\/(inbox$|d\/[\w-]{22}($|#mention=[\w-]{22}$))/.test(data.path)) navigate(data.path);
        refresh();
      },
      { signal },
    );

  return (
    <div class="inbox-toast-place">
      <Show when={toast()}>
        {(item) => (
          <div class="toast inbox-toast" data-region role="group" aria-label={t('inbox.page')}>
            <a class="inbox-toast-link" href={pathOf(item())} onClick={() => setToast(undefined)}>
              {sentenceOf(item(), titleOf(item()))}
            </a>
            <Button tone="quiet" isIcon aria-label={t('undo.dismiss')} onClick={() => setToast(undefined)}>
              <X class="icon" aria-hidden="true" />
            </Button>
          </div>
        )}
      </Show>
    </div>
  );
}

/** Takes back notifications that the system shows, by tag. */
async function closeShown(isOver: (tag: string) => boolean): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const shown = await registration?.getNotifications().catch(() => []); // not allowed here: nothing is shown
  for (const notification of shown ?? []) if (isOver(notification.tag)) notification.close();
}
