import { useNavigate } from '@solidjs/router';
import { createResource, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useWorkspace } from '../context/workspace.tsx';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { openIncomingStore } from '../storage/incoming-store.ts';
import { Button } from '../ui/Button.tsx';
import { PageSkeleton } from '../ui/Skeleton.tsx';
import { titleOf } from './types.ts';
import './incoming.css';

const PREVIEW_LENGTH = 600;

/** What another app shared, and what is to become of it. Nothing is made of it before somebody says so: any page can send. */
export function IncomingScreen(props: { id: string }): JSX.Element {
  const view = useWorkspace();
  const navigate = useNavigate();
  const store = openIncomingStore();
  onCleanup(() => void store.then((open) => open.close()).catch(() => undefined)); // what never opened needs no closing
  const [incoming] = createResource(
    () => props.id,
    async (id) => (await store.then((open) => open.read(id)).catch(() => undefined)) ?? null,
  );
  setPageTitle(() => t('incoming.page'));
  const forget = async (): Promise<void> => {
    await store.then((open) => open.forget(props.id)).catch(() => undefined); // it is forgotten by its age
  };
  const make = async (): Promise<void> => {
    const found = incoming();
    const create = view.createDocument();
    if (!found || create === undefined) return;
    await create(undefined, { ...found, title: titleOf(found) });
    await forget();
  };
  const discard = async (): Promise<void> => {
    await forget();
    navigate(paths.home(), { replace: true });
  };
  return (
    <main class="state" id="main" tabindex="-1">
      <Switch fallback={<PageSkeleton />}>
        <Match when={incoming()}>
          {(found) => (
            <>
              <h1 class="state-heading" tabindex="-1" ref={focusHeading}>
                {t('incoming.heading')}
              </h1>
              <p class="state-text">{t('incoming.text')}</p>
              <div class="incoming">
                <p class="incoming-title">{titleOf(found()) || t('document.untitled')}</p>
                <Show when={found().text !== ''}>
                  <p class="incoming-text">{found().text.slice(0, PREVIEW_LENGTH)}</p>
                </Show>
                <Show when={found().url !== ''}>
                  <p class="incoming-address">{found().url}</p>
                </Show>
                <Show when={found().files.length > 0}>
                  <ul class="incoming-files">
                    <For each={found().files}>{(file) => <li>{file.name}</li>}</For>
                  </ul>
                </Show>
              </div>
              <div class="state-actions">
                <Button tone="primary" aria-disabled={view.createDocument() === undefined} onClick={() => void make()}>
                  {t('home.new')}
                </Button>
                <Button onClick={() => void discard()}>{t('incoming.discard')}</Button>
              </div>
            </>
          )}
        </Match>
        <Match when={incoming.state === 'ready' && incoming() === null}>
          <h1 class="state-heading" tabindex="-1" ref={focusHeading}>
            {t('incoming.none.heading')}
          </h1>
          <p class="state-text">{t(props.id === 'too-large' ? 'incoming.tooLarge' : 'incoming.none.text')}</p>
          <div class="state-actions">
            <a class="button button-secondary" href={paths.home()}>
              {t('app.backHome')}
            </a>
          </div>
        </Match>
      </Switch>
    </main>
  );
}
