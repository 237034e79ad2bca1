import type { WorkspaceLink } from '@vicinal/shared/http/api.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { createResource, createSignal, For, Show, type JSX } from 'solid-js';
import Link from 'lucide-solid/icons/link';
import { createNow } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { formatDateTime, formatRelative } from '../i18n/format.ts';
import { errorText, t } from '../i18n/messages.ts';
import { EXPIRIES, expiresAt, isSpent, USES, type Expiry, type Uses } from '../share/link-terms.ts';
import { NewLink } from '../share/NewLink.tsx';
import { usesText } from '../share/uses-text.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SelectField } from '../ui/SelectField.tsx';

/** Links that make members: new, active, revoked. */
export function WorkspaceLinks(props: { workspace: WorkspaceId }): JSX.Element {
  const services = useServices();
  const now = createNow();
  const people = services.account.people;
  const [links, { refetch }] = createResource(
    () => props.workspace,
    (workspace) => people.workspaceLinks(workspace),
  );
  const [expiry, setExpiry] = createSignal<Expiry>('week');
  const [uses, setUses] = createSignal<Uses>('any');
  const [made, setMade] = createSignal<{ link: WorkspaceLink; url: string }>();
  const [failure, setFailure] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);
  const active = (): readonly WorkspaceLink[] => {
    const result = links.latest;
    return result?.ok === true ? result.value.filter((link) => !link.isRevoked && !isSpent(link, now())) : [];
  };
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy()) return;
    setBusy(true);
    const until = expiresAt(expiry(), Date.now());
    const result = await people.createWorkspaceLink(props.workspace, {
      ...(until === undefined ? {} : { expiresAt: until }),
      ...(uses() === 'any' ? {} : { maxUses: Number(uses()) }),
    });
    setBusy(false);
    setFailure(result.ok ? undefined : errorText(result.error));
    if (!result.ok) return;
    setMade(result.value);
    await refetch();
  };
  const revoke = async (link: WorkspaceLink): Promise<void> => {
    const result = await people.revokeWorkspaceLink(props.workspace, link.id);
    setFailure(result.ok ? undefined : errorText(result.error));
    if (!result.ok) return;
    if (made()?.link.id === link.id) setMade(undefined);
    services.announce(t('settings.members.invite.revoked'));
    await refetch();
  };
  return (
    <section class="settings-invite">
      <h2 class="settings-heading">{t('settings.members.invite')}</h2>
      <p class="settings-text">{t('settings.members.invite.text')}</p>
      <form class="share-form" onSubmit={(event) => void create(event)}>
        <SelectField
          label={t('settings.members.invite.expiry')}
          value={expiry()}
          options={EXPIRIES.map((value) => ({ value, label: t(`share.expiry.${value}`) }))}
          onValue={setExpiry}
        />
        <SelectField
          label={t('settings.members.invite.uses')}
          value={uses()}
          options={USES.map((value) => ({ value, label: usesText(value) }))}
          onValue={setUses}
        />
        <Button tone="primary" type="submit" aria-disabled={isBusy()}>
          {t('settings.members.invite.create')}
        </Button>
      </form>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Show when={made()} keyed>
        {(link) => <NewLink url={link.url} />}
      </Show>
      <h3 class="panel-heading">{t('settings.members.invite.active')}</h3>
      <Show when={active().length > 0} fallback={<p class="panel-line">{t('settings.members.invite.none')}</p>}>
        <ul class="settings-list">
          <For each={active()}>
            {(link) => (
              <li class="settings-row">
                <Link class="icon" aria-hidden="true" />
                <span class="settings-row-main">
                  <span class="settings-row-title">
                    {link.maxUses === undefined
                      ? t('settings.members.invite.factsAny', { count: link.uses })
                      : t('settings.members.invite.facts', { count: link.uses, max: link.maxUses })}
                  </span>
                  <span class="settings-row-facts">
                    {t('share.active.created', { time: formatRelative(link.createdAt, now()) })} ·{' '}
                    {link.expiresAt === undefined
                      ? t('share.active.neverExpires')
                      : t('share.active.expires', { time: formatRelative(link.expiresAt, now()) })}
                  </span>
                </span>
                <Button
                  tone="danger"
                  aria-label={t('settings.members.invite.revoke.named', { time: formatDateTime(link.createdAt) })}
                  onClick={() => void revoke(link)}
                >
                  {t('settings.members.invite.revoke')}
                </Button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
