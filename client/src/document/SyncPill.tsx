import { Popover } from '../ui/popover.ts';
import { systemClock } from '@vicinal/shared/clock.ts';
import { createEffect, createSignal, onCleanup, Show, Suspense, type JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import { createNow } from '../context/from-events.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession, SyncStatus } from '../room/types.ts';
import { SyncPanel } from './later.ts';
import { syncWords, type SyncWords } from './sync-words.ts';
import { createWordHold } from './word-hold.ts';
import './sync.css';

/** Where the document is safe, in one line; opens the details. `data-state` and `data-peers` change at once, words wait. */
export function SyncPill(props: { session: RoomSession; status: SyncStatus }): JSX.Element {
  const now = createNow();
  const [words, setWords] = createSignal<SyncWords>(syncWords(props.status, Date.now()));
  const [isOpen, setOpen] = createSignal(false);
  const hold = createWordHold(systemClock, setWords);
  createEffect(() => hold.push(syncWords(props.status, now())));
  onCleanup(() => hold.close());
  return (
    <Popover placement="bottom-end" gutter={8} open={isOpen()} onOpenChange={setOpen}>
      <Popover.Trigger
        class="sync-pill"
        data-testid="sync-status"
        data-state={props.status.state}
        data-peers={props.status.linkedPeers}
        data-tone={words().tone}
        aria-label={t('sync.label', { status: words().text })}
      >
        <span class="sync-dot" aria-hidden="true" />
        <span class="sync-text numeric">{words().text}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="popover popover-sync">
          <div class="sync-top">
            <Popover.Title class="popover-heading">{t('sync.panel.heading')}</Popover.Title>
            <Popover.CloseButton class="button button-quiet button-icon" aria-label={t('app.close')}>
              <X class="icon" aria-hidden="true" />
            </Popover.CloseButton>
          </div>
          <Show when={isOpen()}>
            <Suspense>
              <SyncPanel session={props.session} status={props.status} now={now()} />
            </Suspense>
          </Show>
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  );
}
