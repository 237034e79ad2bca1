import { Combobox } from '@kobalte/core/combobox';
import type { WorkspaceMember } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
import { createSignal, Show, type JSX } from 'solid-js';
import type { GivenRole } from '../auth/people.ts';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { rolesUpTo } from './given-roles.ts';

/** Picks one person of the workspace and gives a role. */
export function AddPeople(props: {
  room: RoomId;
  role: RoomRole;
  candidates: readonly WorkspaceMember[];
  /** Who is picked to begin with. */
  person?: UserId | undefined;
  onAdded: () => void;
  onFailure: (text: string) => void;
}): JSX.Element {
  const services = useServices();
  // The one it opens with; the combobox speaks of null.
  // eslint-disable-next-line solid/reactivity
  const first = props.candidates.find(({ user }) => user === props.person) ?? null;
  const [picked, setPicked] = createSignal<WorkspaceMember | null>(first);
  const [given, setGiven] = createSignal<GivenRole>('editor');
  const [isBusy, setBusy] = createSignal(false);
  const roles = (): readonly GivenRole[] => rolesUpTo(props.role);
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const person = picked();
    if (person === null || isBusy()) return;
    setBusy(true);
    const result = await services.account.people.setRoomMember(props.room, person.user, given());
    setBusy(false);
    if (!result.ok) {
      props.onFailure(errorText(result.error));
      return;
    }
    setPicked(null);
    services.announce(t('people.added', { name: person.name }));
    props.onAdded();
  };
  return (
    <form class="share-add" onSubmit={(event) => void add(event)}>
      <Show when={props.candidates.length > 0} fallback={<p class="field-hint">{t('people.add.none')}</p>}>
        <Combobox<WorkspaceMember>
          class="field share-picker"
          options={[...props.candidates]}
          optionValue="user"
          optionTextValue={(person) => `${person.name} ${person.email ?? ''}`}
          optionLabel="name"
          value={picked()}
          onChange={setPicked}
          placeholder={t('people.add.placeholder')}
          defaultFilter="contains"
          triggerMode="focus"
          itemComponent={(item) => (
            <Combobox.Item item={item.item} class="menu-item share-person">
              <Avatar name={item.item.rawValue.name} colour={item.item.rawValue.colour} />
              <span class="share-person-text">
                <Combobox.ItemLabel>{item.item.rawValue.name}</Combobox.ItemLabel>
                <span class="share-person-mail">{item.item.rawValue.email ?? t('workspaceRole.guest')}</span>
              </span>
            </Combobox.Item>
          )}
        >
          <Combobox.Label class="field-label">{t('people.add')}</Combobox.Label>
          <Combobox.Control class="field-box">
            <Combobox.Input class="field-input" />
          </Combobox.Control>
          {/* inside the dialog: what lies outside is hidden from everybody while it is open */}
          <Combobox.Content class="menu share-options">
            <Combobox.Listbox class="share-listbox" />
          </Combobox.Content>
        </Combobox>
        <InlineSelect
          label={t('people.add.role')}
          value={given()}
          options={roles().map((value) => ({ value, label: t(`role.${value}`) }))}
          onValue={setGiven}
        />
        <Button tone="primary" type="submit" aria-disabled={picked() === null || isBusy()}>
          {t('people.add.submit')}
        </Button>
      </Show>
    </form>
  );
}
