import { For, onCleanup, Show, type Accessor, type JSX } from 'solid-js';
import Sparkles from 'lucide-solid/icons/sparkles';
import { fromEvents } from '../context/from-events.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession } from '../room/types.ts';
import { createAssistant, type AssistantView } from './assistant.ts';
import { startedBy } from './job-words.ts';

type Working = AssistantView['working'];

/** The assistant among who is here, while it works: no person, and never counted as one. */
export function AssistantHere(props: { session: RoomSession }): JSX.Element {
  const working = createWorking(props);
  return (
    <For each={working()}>
      {({ author }) => (
        <li class="person assist-person">
          <AssistantAvatar />
          <span class="person-name">{t('assist.here')}</span>
          <span class="person-role">
            {author === undefined ? t('assist.here.working') : startedBy(author, props.session.self)}
          </span>
        </li>
      )}
    </For>
  );
}

/** The same, in the row of avatars. */
export function AssistantMark(props: { session: RoomSession }): JSX.Element {
  const working = createWorking(props);
  return (
    <Show when={working().length > 0}>
      <AssistantAvatar />
    </Show>
  );
}

const AssistantAvatar = (): JSX.Element => (
  <span class="avatar avatar-small assist-avatar" aria-hidden="true">
    <Sparkles class="icon" />
  </span>
);

function createWorking(props: { session: RoomSession }): Accessor<Working> {
  // one session per document screen
  const assistant = createAssistant(props.session);
  onCleanup(() => assistant.close());
  return fromEvents<Working>(
    (listener) => assistant.on('change', listener),
    () => (assistant.view.isOffForSelf ? [] : assistant.view.working),
  );
}
