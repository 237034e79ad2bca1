import { createResource, createSignal, For, Show, type JSX } from 'solid-js';
import ScrollText from 'lucide-solid/icons/scroll-text';
import { formatClock, formatDateTime } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession, SyncStatus } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { syncLogWords } from './sync-log-words.ts';

const FIRST_ENTRIES = 5;

/** What happened to this document's sync on this device, newest first. */
export function SyncLog(props: { session: RoomSession; status: SyncStatus; now: number }): JSX.Element {
  const [entries] = createResource(
    () => props.status,
    () => props.session.syncLog(),
  );
  const [isWhole, setWhole] = createSignal(false);
  // the list shown stays while a newer one is read
  const all = () => entries.latest ?? [];
  const shown = () => (isWhole() ? all() : all().slice(0, FIRST_ENTRIES));
  let list: HTMLOListElement | undefined;
  const showAll = (): void => {
    setWhole(true);
    list?.focus();
  };
  return (
    <section class="panel-part" aria-labelledby="sync-log-heading">
      <h3 class="panel-heading" id="sync-log-heading">
        <ScrollText class="icon" aria-hidden="true" />
        {t('sync.log')}
      </h3>
      <Show when={all().length > 0} fallback={<p class="panel-line">{t('sync.log.none')}</p>}>
        <ol
          class="sync-log"
          data-testid="sync-log"
          tabindex="0"
          aria-labelledby="sync-log-heading"
          ref={(element) => (list = element)}
        >
          <For each={shown()}>
            {(entry) => (
              <li class="sync-log-entry" data-kind={entry.kind}>
                <span>{syncLogWords(entry)}</span>
                <time class="numeric" dateTime={new Date(entry.at).toISOString()} title={formatDateTime(entry.at)}>
                  {formatClock(entry.at, props.now)}
                </time>
              </li>
            )}
          </For>
        </ol>
        <Show when={!isWhole() && all().length > FIRST_ENTRIES}>
          <Button class="panel-button" tone="quiet" onClick={showAll}>
            {t('sync.log.all', { count: all().length })}
          </Button>
        </Show>
      </Show>
    </section>
  );
}
