import type { InviteLink } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { may, mayOffer, type RoomRole } from '@vicinal/shared/roles.ts';
import { batch, createMemo, createResource, createSignal, Show, type JSX } from 'solid-js';
import { createNow } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { keepUnchanged } from '../context/workspace.tsx';
import { formatRelative } from '../i18n/format.ts';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SelectField } from '../ui/SelectField.tsx';
import { ActiveLinks } from './ActiveLinks.tsx';
import {
  EXPIRIES,
  expiresAt,
  isSpent,
  SHARED_ROLES,
  USES,
  type Expiry,
  type SharedRole,
  type Uses,
} from './link-terms.ts';
import { NewLink } from './NewLink.tsx';
import { usesText } from './uses-text.ts';

/** Invite links of one document: make, hand over, take back. */
export function LinkSharing(props: {
  room: RoomId;
  role: RoomRole;
  /** Counts up when access may have changed: links may have ended. */
  version: number;
}): JSX.Element {
  const services = useServices();
  const { account } = services;
  const now = createNow();
  const roles = (): readonly SharedRole[] => SHARED_ROLES.filter((role) => mayOffer(props.role, role));
  const [role, setRole] = createSignal<SharedRole>('editor');
  const [expiry, setExpiry] = createSignal<Expiry>('week');
  const [uses, setUses] = createSignal<Uses>('any');
  const [isBusy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const [made, setMade] = createSignal<{ link: InviteLink; url: string; isCutShort: boolean }>();
  const [links, { mutate, refetch }] = createResource(
    () => ({ room: props.room, version: props.version }),
    ({ room }) => account.listLinks(room),
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
      ...(uses() === 'any' ? {} : { maxUses: Number(uses()) }),
    });
    batch(() => {
      setBusy(false);
      if (result.ok) setMade({ ...result.value, isCutShort: isEarlier(result.value.link.expiresAt, until) });
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
      setFailure(undefined);
      if (made()?.link.id === link.id) setMade(undefined);
      mutate((before) =>
        before?.ok === true ? { ok: true, value: before.value.filter((other) => other.id !== link.id) } : before,
      );
    });
    return true;
  };

  const listed = createMemo<readonly InviteLink[] | undefined>((before) => {
    const result = links.latest;
    return result?.ok === true ? keepUnchanged(before ?? [], result.value, ({ id }) => id) : undefined;
  });
  const active = createMemo(() => listed()?.filter((link) => !link.isRevoked && !isSpent(link, now())));
  const mayRevoke = (link: InviteLink): boolean => {
    const state = services.accountState();
    return may(props.role, 'revoke') || (state.kind === 'signed-in' && state.user.id === link.createdBy);
  };

  return (
    <section class="share-part">
      <h3 class="panel-heading">{t('people.links')}</h3>
      <p class="field-hint">{t('share.text')}</p>
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
        <SelectField
          label={t('people.uses')}
          value={uses()}
          options={USES.map((value) => ({ value, label: usesText(value) }))}
          onValue={setUses}
        />
        <Button tone="primary" type="submit" aria-disabled={isBusy()}>
          {isBusy() ? t('share.creating') : t('share.create')}
        </Button>
      </form>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Show when={made()} keyed>
        {(link) => (
          <>
            <NewLink url={link.url} />
            <Show when={link.isCutShort && link.link.expiresAt}>
              {(at) => <Notice tone="info">{t('share.given', { time: formatRelative(at(), now()) })}</Notice>}
            </Show>
          </>
        )}
      </Show>
      <ActiveLinks links={active()} mayRevoke={mayRevoke} onRevoke={revoke} />
    </section>
  );
}

/** The server gives no more than the maker's own access lasts. The second is for clocks in between. */
const isEarlier = (given: number | undefined, asked: number | undefined): boolean =>
  given !== undefined && (asked === undefined || given < asked - 1000);
