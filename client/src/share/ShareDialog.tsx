import type { InviteLink } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { mayOffer, type RoomRole } from '@vicinal/shared/roles.ts';
import { batch, createResource, createSignal, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Modal } from '../ui/Modal.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SelectField } from '../ui/SelectField.tsx';
import { ActiveLinks } from './ActiveLinks.tsx';
import { EXPIRIES, expiresAt, SHARED_ROLES, type Expiry, type SharedRole } from './link-terms.ts';
import { NewLink } from './NewLink.tsx';

export interface ShareDialogProps {
  room: RoomId;
  /** Nobody hands out more than they hold. */
  role: RoomRole;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Invite links of one document: make, hand over, take back. */
export function ShareDialog(props: ShareDialogProps): JSX.Element {
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={t('share.heading')}
      closeLabel={t('app.close')}
    >
      <ShareForm room={props.room} role={props.role} />
    </Modal>
  );
}

function ShareForm(props: { room: RoomId; role: RoomRole }): JSX.Element {
  const { account } = useServices();
  const roles = (): readonly SharedRole[] => SHARED_ROLES.filter((role) => mayOffer(props.role, role));
  const [role, setRole] = createSignal<SharedRole>('editor');
  const [expiry, setExpiry] = createSignal<Expiry>('week');
  const [isBusy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const [made, setMade] = createSignal<{ link: InviteLink; url: string }>();
  const [links, { mutate, refetch }] = createResource(
    () => props.room,
    (room) => account.listLinks(room),
  );

  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy()) return;
    batch(() => {
      setBusy(true);
      setFailure(undefined);
    });
    const until = expiresAt(expiry(), Date.now());
    const result = await account.createLink(props.room, {
      role: role(),
      ...(until === undefined ? {} : { expiresAt: until }),
    });
    batch(() => {
      setBusy(false);
      if (result.ok) setMade(result.value);
      else setFailure(errorText(result.error));
    });
    if (result.ok) void refetch();
  };

  const revoke = async (link: InviteLink): Promise<boolean> => {
    const result = await account.revokeLink(props.room, link.id);
    if (!result.ok) {
      setFailure(errorText(result.error));
      return false;
    }
    batch(() => {
      if (made()?.link.id === link.id) setMade(undefined);
      mutate((before) =>
        before?.ok === true ? { ok: true, value: before.value.filter((other) => other.id !== link.id) } : before,
      );
    });
    return true;
  };

  const active = (): readonly InviteLink[] | undefined => {
    const result = links.latest;
    return result?.ok === true ? result.value.filter((link) => !link.isRevoked) : undefined;
  };

  return (
    <>
      <p class="modal-text">{t('share.text')}</p>
      <form class="share-form" onSubmit={(event) => void create(event)}>
        <SelectField
          label={t('share.role')}
          value={role()}
          options={roles().map((value) => ({ value, label: t(`share.role.${value}`) }))}
          onValue={setRole}
        />
        <SelectField
          label={t('share.expiry')}
          value={expiry()}
          options={EXPIRIES.map((value) => ({ value, label: t(`share.expiry.${value}`) }))}
          onValue={setExpiry}
        />
        <Button tone="primary" type="submit" aria-disabled={isBusy()}>
          {isBusy() ? t('share.creating') : t('share.create')}
        </Button>
      </form>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Show when={made()} keyed>
        {(link) => <NewLink url={link.url} />}
      </Show>
      <ActiveLinks links={active()} onRevoke={revoke} />
    </>
  );
}
