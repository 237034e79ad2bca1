import type { RoomMember } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { mayOffer, type RoomRole } from '@vicinal/shared/roles.ts';
import { createSignal, For, Show, type JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import { useServices } from '../context/services.tsx';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { Notice } from '../ui/Notice.tsx';
import { rolesFor, rolesUpTo } from './given-roles.ts';

/** Everybody with access now; owners change roles and remove. */
export function PeopleWithAccess(props: {
  room: RoomId;
  role: RoomRole;
  members: readonly RoomMember[];
  onChanged: () => void;
  onFailure: (text: string) => void;
}): JSX.Element {
  const services = useServices();
  const people = services.account.people;
  const [news, setNews] = createSignal<string>();
  const [asked, setAsked] = createSignal<UserId>();
  let heading: HTMLHeadingElement | undefined;
  const isSelf = (member: RoomMember): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.user.id === member.user;
  };
  const mayChange = (member: RoomMember): boolean => props.role === 'owner' && !isSelf(member);
  const tell = (text: string): void => {
    setNews(text);
    services.announce(text);
    props.onChanged();
  };
  const setRole = async (member: RoomMember, value: string): Promise<void> => {
    const role = rolesUpTo(props.role).find((known) => known === value);
    if (role === undefined) return;
    const result = await people.setRoomMember(props.room, member.user, role);
    if (!result.ok) {
      setNews(undefined);
      props.onFailure(errorText(result.error));
      return;
    }
    const changed = t('people.list.changed', { name: member.name, role: t(`role.${role}`) });
    const endsLinks = mayOffer(member.role, 'viewer') && !mayOffer(role, 'viewer');
    tell(endsLinks ? `${changed} ${t('remove.links', { name: member.name })}` : changed);
  };
  const remove = async (member: RoomMember): Promise<void> => {
    const result = await people.removeFromRoom(props.room, member.user);
    setAsked(undefined);
    if (!result.ok) {
      setNews(undefined);
      props.onFailure(errorText(result.error));
      return;
    }
    const removed = t('people.list.removed', { name: member.name });
    tell(mayOffer(member.role, 'viewer') ? `${removed} ${t('remove.links', { name: member.name })}` : removed);
    heading?.focus();
  };
  return (
    <section class="share-part">
      <h3 class="panel-heading" tabindex="-1" ref={(element) => (heading = element)}>
        {t('people.list')}
      </h3>
      <Show when={news()}>{(text) => <Notice tone="info">{text()}</Notice>}</Show>
      <ul class="share-people">
        <For each={props.members}>
          {(member) => (
            <li class="share-member">
              <Avatar name={member.name} colour={member.colour} />
              <span class="share-person-text">
                <span class="share-person-name">
                  {member.name}
                  <Show when={isSelf(member)}>
                    <span class="share-tag">{t('people.list.you')}</span>
                  </Show>
                </span>
                <span class="share-person-mail">
                  {member.isGuest ? `${t('account.guest')} · ` : ''}
                  {t(`people.via.${member.via}`)}
                </span>
              </span>
              <Show
                when={mayChange(member)}
                fallback={<span class="share-person-mail">{t(`role.${member.role}`)}</span>}
              >
                <InlineSelect
                  label={t('people.list.role', { name: member.name })}
                  value={member.role}
                  options={rolesFor(props.role, member.role).map((value) => ({ value, label: t(`role.${value}`) }))}
                  onValue={(role) => void setRole(member, role)}
                />
                <button
                  type="button"
                  class="button button-quiet button-icon"
                  aria-label={t('people.list.remove', { name: member.name })}
                  onClick={() => setAsked(member.user)}
                >
                  <X class="icon" aria-hidden="true" />
                </button>
              </Show>
              <Show when={asked() === member.user}>
                <Confirm
                  text={t('remove.access', { name: member.name })}
                  confirmLabel={t('remove.confirm')}
                  cancelLabel={t('remove.keep')}
                  onConfirm={() => remove(member)}
                  onCancel={() => setAsked(undefined)}
                />
              </Show>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
