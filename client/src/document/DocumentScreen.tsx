import { useIsRouting, useLocation, useNavigate, useParams } from '@solidjs/router';
import { isRoomId } from '@vicinal/shared/ids.ts';
import { systemClock } from '@vicinal/shared/clock.ts';
import type { PresenceEntry } from '@vicinal/shared/mesh/types.ts';
import { createEffect, createMemo, lazy, Match, onCleanup, onMount, Show, Suspense, Switch, type JSX } from 'solid-js';
import { markFirstScreenShown } from '../context/first-screen.ts';
import { fromEvents } from '../context/from-events.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { TrashBanner } from '../home/TrashBanner.tsx';
import { useTextTools } from '../editor/tools/text-tools.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession } from '../room/types.ts';
import { Delayed } from '../ui/Delayed.tsx';
import { TextSkeleton } from '../ui/Skeleton.tsx';
import { DocumentBanner } from './DocumentBanner.tsx';
import { DocumentHeader } from './DocumentHeader.tsx';
import { Denied, Failed, Waiting } from './DocumentStates.tsx';
import { FindBar } from './FindBar.tsx';
import { InfoPanelProvider } from './InfoPanelProvider.tsx';
import { InfoPanel, preloadLater } from './later.ts';
import { distinctPeople } from './people.ts';
import { createPresenceNews } from './presence-news.ts';
import { useRightPanel } from './right-panel.ts';

const DocumentEditor = lazy(() =>
  import('../editor/DocumentEditor.tsx').then((module) => ({ default: module.DocumentEditor })),
);

// Beside the session, not after it; a failure shows where the editor is drawn.
DocumentEditor.preload().catch(() => undefined);

/** A text that somebody has to send comes before the rest of the page, unless it takes longer. */
const TEXT_WAIT_MS = 1000;

/** `/d/:room`: one document. */
export function DocumentScreen(): JSX.Element {
  const params = useParams<{ room: string }>();
  const services = useServices();
  const room = createMemo(() => (isRoomId(params.room) ? params.room : undefined));
  const session = createMemo(() => {
    const id = room();
    const opened = id === undefined ? undefined : services.rooms()?.openRoom(id);
    if (opened !== undefined) onCleanup(() => void opened.close());
    return opened;
  });
  createEffect(() => {
    if (room() === undefined) markFirstScreenShown();
  });
  return (
    <Switch>
      <Match when={room() === undefined}>
        <Denied />
      </Match>
      <Match when={session()} keyed>
        {(opened) => (
          <InfoPanelProvider>
            <OpenDocument session={opened} />
          </InfoPanelProvider>
        )}
      </Match>
    </Switch>
  );
}

function OpenDocument(props: { session: RoomSession }): JSX.Element {
  // The parent makes a new component for every session.
  // eslint-disable-next-line solid/reactivity
  const session = props.session;
  const services = useServices();
  const location = useLocation<{ isNew?: boolean }>();
  const navigate = useNavigate();
  const isRouting = useIsRouting();
  const listen = (event: 'state' | 'status' | 'peers' | 'people' | 'title') => (listener: () => void) =>
    session.on(event, listener);
  const state = fromEvents(listen('state'), () => session.state);
  const status = fromEvents(listen('status'), () => session.status);
  const entries = fromEvents(listen('people'), () => session.people);
  const title = fromEvents(listen('title'), () => session.title);
  const kind = createMemo(() => state().kind);
  const access = createMemo(() => {
    const current = state();
    return current.kind === 'ready' ? current : undefined;
  });

  const people = createMemo(() => {
    const account = services.accountState();
    const self =
      account.kind === 'signed-in'
        ? {
            userId: account.user.id,
            name: account.user.name,
            colour: account.user.colour,
            role: access()?.role ?? ('viewer' as const),
          }
        : undefined;
    return distinctPeople(entries(), self);
  });
  const news = createPresenceNews(systemClock, (text) => services.announce(text));
  createEffect(() => news.update(people()));
  onCleanup(() => news.close());

  const panel = useRightPanel();
  /** Also where something was asked for: what comes of it is told of. */
  const isPanelWanted = createMemo<boolean>(
    (was) => was || panel.isOpen() || (status() && session.jobs.getMap('requests').size > 0),
    false,
  );
  createEffect(() => {
    // the text says itself when it is there
    if (kind() === 'waiting') {
      const timer = setTimeout(markFirstScreenShown, TEXT_WAIT_MS);
      onCleanup(() => clearTimeout(timer));
    } else if (kind() === 'denied' || kind() === 'failed') markFirstScreenShown();
  });

  const textTools = useTextTools();
  createEffect(() => {
    // the router scrolls to the top when it arrives
    const [, mention] = (!isRouting() && /^#mention=([\w-]{22})$/.exec(location.hash)) || [];
    // off the address, so that the same link leads there again
    const forget = (): void =>
      navigate(location.pathname + location.search, { replace: true, scroll: false, state: location.state });
    const stop = mention && textTools?.tools()?.seekMention(mention, forget);
    if (stop) onCleanup(stop);
  });

  setPageTitle(() => (kind() === 'denied' ? t('document.denied.page') : title() || t('document.untitled')));

  return (
    <Show when={kind() !== 'denied'} fallback={<Denied room={session.room} />}>
      <div class="document">
        <DocumentHeader
          session={session}
          title={title()}
          access={access()}
          status={status()}
          people={people()}
          isAssistantHere={entries().some(isAssistant)}
          isNew={location.state?.isNew === true}
        />
        <Show when={kind() !== 'failed'}>
          <DocumentBanner session={session} status={status()} />
        </Show>
        <TrashBanner room={session.room} />
        <FindBar />
        <main class="document-body" id="main" tabindex="-1" data-region>
          <h1
            class="visually-hidden document-print-title"
            tabindex="-1"
            ref={(heading) => focusUnlessNew(heading, location.state?.isNew)}
          >
            {title() || t('document.untitled')}
          </h1>
          <span class="visually-hidden" id="document-text-label">
            {t('document.text')}
          </span>
          <Switch>
            <Match when={kind() === 'loading'}>
              <OpeningSkeleton />
            </Match>
            {/* Made while links are, so that a text that arrives only has to be drawn. */}
            <Match when={kind() === 'ready' || kind() === 'waiting'}>
              <Show when={kind() === 'waiting'}>
                <Waiting />
              </Show>
              <Suspense fallback={<Show when={kind() === 'ready'} children={<OpeningSkeleton />} />}>
                <DocumentEditor
                  session={session}
                  theme={services.theme.theme()}
                  labelledBy="document-text-label"
                  isHidden={kind() === 'waiting'}
                />
                <Show when={kind() === 'ready'}>
                  <AfterText />
                </Show>
              </Suspense>
            </Match>
            <Match when={kind() === 'failed'}>
              <Failed session={session} />
            </Match>
          </Switch>
        </main>
        <Suspense>
          <Show when={isPanelWanted()}>
            <InfoPanel session={session} announce={(text) => services.announce(text)} />
          </Show>
        </Suspense>
      </div>
    </Show>
  );
}

/** Mounted with the text: what is not needed for reading and writing is fetched once that is drawn. */
function AfterText(): JSX.Element {
  onMount(() => {
    const frame = requestAnimationFrame(() => {
      preloadLater();
      markFirstScreenShown();
    });
    onCleanup(() => cancelAnimationFrame(frame));
  });
  return undefined;
}

/** An archiver says that it works on something; what it says is read where it is shown. */
const isAssistant = ({ role, state }: PresenceEntry): boolean =>
  role === 'archiver' && JSON.stringify(state).includes('"state":"running"');

function focusUnlessNew(heading: HTMLElement, isNew: boolean | undefined): void {
  if (isNew !== true) focusHeading(heading);
}

function OpeningSkeleton(): JSX.Element {
  return (
    <Delayed>
      <div class="paper">
        <span class="visually-hidden">{t('document.loadingEditor')}</span>
        <TextSkeleton />
      </div>
    </Delayed>
  );
}
