import type { Audience, Room } from '@vicinal/shared/http/api.ts';
import type { LinkRole } from '@vicinal/shared/roles.ts';
import { createSignal, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { SelectField } from '../ui/SelectField.tsx';
import { SHARED_ROLES, type SharedRole } from './link-terms.ts';

const AUDIENCES: readonly Audience[] = ['restricted', 'workspace'];

/** What people have without being added. */
export function GeneralAccess(props: {
  room: Room;
  workspaceName: string;
  isOwner: boolean;
  onChanged: (room: Room) => void;
  onFailure: (text: string) => void;
}): JSX.Element {
  const services = useServices();
  const [isBusy, setBusy] = createSignal(false);
  const save = async (audience: Audience, role: LinkRole): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    const result = await services.account.people.setRoomAccess(props.room.id, audience, role);
    setBusy(false);
    if (!result.ok) {
      props.onFailure(errorText(result.error));
      return;
    }
    services.announce(t('people.access.saved'));
    props.onChanged(result.value);
  };
  const audienceText = (audience: Audience): string =>
    audience === 'restricted'
      ? t('people.access.restricted')
      : t('people.access.workspace', { workspace: props.workspaceName });
  const roles = (): readonly (SharedRole | 'commenter')[] =>
    props.room.audienceRole === 'commenter' ? ['commenter', ...SHARED_ROLES] : SHARED_ROLES;
  return (
    <section class="share-part">
      <h3 class="panel-heading">{t('people.access')}</h3>
      <Show
        when={props.isOwner}
        fallback={
          <p class="field-hint">
            {audienceText(props.room.audience)}. {t('people.access.owners')}
          </p>
        }
      >
        <div class="share-access">
          <SelectField
            label={t('people.access.who')}
            value={props.room.audience}
            options={AUDIENCES.map((value) => ({ value, label: audienceText(value) }))}
            onValue={(audience) => void save(audience, props.room.audienceRole)}
          />
          <Show when={props.room.audience === 'workspace'}>
            <SelectField
              label={t('people.access.role')}
              value={props.room.audienceRole}
              options={roles().map((value) => ({ value, label: t(`role.${value}`) }))}
              onValue={(role) => void save(props.room.audience, role)}
            />
          </Show>
        </div>
        <Show when={props.room.audience === 'restricted'}>
          <p class="field-hint">{t('people.access.restricted.hint')}</p>
        </Show>
      </Show>
    </section>
  );
}
