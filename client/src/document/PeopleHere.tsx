import { Popover } from '../ui/popover.ts';
import { createMemo, For, lazy, Show, Suspense, type JSX } from 'solid-js';
import { createMedia } from '../context/from-events.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession } from '../room/types.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { visiblePeople, type Person } from './people.ts';

const PLACES = 5;
const PLACES_ON_PHONES = 3;

const load = () => import('../assist/assist.ts');
const AssistantHere = lazy(() => load().then((module) => ({ default: module.AssistantHere })));
const AssistantMark = lazy(() => load().then((module) => ({ default: module.AssistantMark })));

/** Up to five avatars and how many more; opens the list of who is here. */
export function PeopleHere(props: {
  people: readonly Person[];
  /** The document in which the assistant works now. */
  assistantOf?: RoomSession | undefined;
}): JSX.Element {
  const isPhone = createMedia('(max-width: 599px)');
  const visible = createMemo(() => visiblePeople(props.people, isPhone() ? PLACES_ON_PHONES : PLACES));
  return (
    <Popover placement="bottom-end" gutter={8}>
      <Popover.Trigger class="people" aria-label={t('people.label', { count: props.people.length })}>
        <For each={visible().shown}>{(person) => <Avatar name={person.name} colour={person.colour} />}</For>
        <Suspense>
          <Show when={props.assistantOf}>{(session) => <AssistantMark session={session()} />}</Show>
        </Suspense>
        <Show when={visible().hidden > 0}>
          <span
            class="avatar avatar-small avatar-more numeric"
            aria-hidden="true"
            data-initials={t('people.more', { count: visible().hidden })}
          />
        </Show>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="popover popover-people">
          <Popover.Title class="popover-heading">{t('people.heading')}</Popover.Title>
          <ul>
            <For each={props.people}>
              {(person) => (
                <li class="person">
                  <Avatar name={person.name} colour={person.colour} />
                  <span class="person-name">
                    {person.isSelf ? t('people.you', { name: person.name }) : person.name}
                  </span>
                  <span class="person-role">{t(`role.${person.role}`)}</span>
                </li>
              )}
            </For>
            <Suspense>
              <Show when={props.assistantOf}>{(session) => <AssistantHere session={session()} />}</Show>
            </Suspense>
          </ul>
          <Show when={props.people.length < 2}>
            <p class="popover-note">{t('people.alone')}</p>
          </Show>
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  );
}
