import type { AppError } from '@vicinal/shared/app-error.ts';
import type { WorkspaceMember } from '@vicinal/shared/http/api.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { WORKSPACE_ROLES, type WorkspaceRole } from '@vicinal/shared/roles.ts';
import { useNavigate } from '@solidjs/router';
import { createResource, createSignal, For, Show, type JSX } from 'solid-js';
import { createNow } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { formatDate } from '../i18n/format.ts';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { InlineSelect } from '../ui/InlineSelect.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Answered } from './Answered.tsx';
import { WorkspaceLinks } from './WorkspaceLinks.tsx';

/** Everybody in the workspace: roles, removal, and links that invite more. */
export function MembersSection(): JSX.Element {
  const services = useServices();
  const view = useWorkspace();
  const now = createNow();
  const people = services.account.people;
  const workspace = () => view.workspace();
  const [members, { refetch }] = createResource(
    () => workspace()?.id,
    (id) => people.workspaceMembers(id),
  );
  const [failure, setFailure] = createSignal<string>();
  const [news, setNews] = createSignal<string>();
  const [asked, setAsked] = createSignal<UserId>();
  const navigate = useNavigate();
  let intro: HTMLParagraphElement | undefined;
  const tell = (text: string): void => {
    setFailure(undefined);
    setNews(text);
    services.announce(text);
  };
  const fail = (error: AppError): void => {
    setNews(undefined);
    setFailure(errorText(error));
  };
  const ownRole = (): WorkspaceRole => workspace()?.role ?? 'guest';
  const manages = (): boolean => ownRole() === 'owner' || ownRole() === 'admin';
  const isSelf = (member: WorkspaceMember): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.user.id === member.user;
  };
  /** Only owners make or unmake owners and admins; guests without an account cannot become members. */
  const rolesFor = (member: WorkspaceMember): readonly WorkspaceRole[] =>
    WORKSPACE_ROLES.filter((role) => {
      if (role === member.role) return true;
      if ((role === 'owner' || role === 'admin') && ownRole() !== 'owner') return false;
      return role === 'guest' || member.email !== undefined;
    });
  const mayChange = (member: WorkspaceMember): boolean =>
    ownRole() === 'owner' || (ownRole() === 'admin' && member.role !== 'owner' && member.role !== 'admin');

  const setRole = async (member: WorkspaceMember, role: WorkspaceRole): Promise<void> => {
    const id = workspace()?.id;
    if (id === undefined) return;
    const result = await people.setWorkspaceRole(id, member.user, role);
    if (result.ok) tell(t('people.list.changed', { name: member.name, role: t(`workspaceRole.${role}`) }));
    else fail(result.error);
    await refetch();
  };
  const remove = async (member: WorkspaceMember): Promise<void> => {
    const left = workspace();
    if (left === undefined) return;
    const result = await people.removeFromWorkspace(left.id, member.user);
    setAsked(undefined);
    if (!result.ok) {
      fail(result.error);
      return;
    }
    if (isSelf(member)) {
      services.announce(t('leave.done', { workspace: left.name }));
      await services.account.updateProfile({}); // its answer says which workspaces are left
      navigate(paths.home(), { replace: true });
      return;
    }
    tell(t('settings.members.removed', { name: member.name }));
    await refetch();
    intro?.focus();
  };

  return (
    <>
      <p class="settings-text" tabindex="-1" ref={(element) => (intro = element)}>
        {t('settings.members.text', { workspace: workspace()?.name ?? '' })}
      </p>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Show when={news()}>{(text) => <Notice tone="info">{text()}</Notice>}</Show>
      <Answered result={members.latest} onRetry={() => void refetch()}>
        {(list) => (
          <ul class="settings-list">
            <For each={list()}>
              {(member) => (
                <li class="settings-row">
                  <Avatar name={member.name} colour={member.colour} />
                  <span class="settings-row-main">
                    <span class="settings-row-title">
                      {member.name}
                      <Show when={isSelf(member)}>
                        <span class="settings-tag">{t('settings.members.you')}</span>
                      </Show>
                    </span>
                    <span class="settings-row-facts">
                      {member.email ?? t('account.guest')} ·{' '}
                      {t('settings.members.joined', { time: formatDate(member.joinedAt, now()) })}
                    </span>
                  </span>
                  <Show
                    when={mayChange(member)}
                    fallback={<span class="settings-row-role">{t(`workspaceRole.${member.role}`)}</span>}
                  >
                    <InlineSelect
                      label={t('settings.members.role', { name: member.name })}
                      value={member.role}
                      options={rolesFor(member).map((value) => ({ value, label: t(`workspaceRole.${value}`) }))}
                      onValue={(role) => void setRole(member, role)}
                    />
                  </Show>
                  <Show when={isSelf(member) || mayChange(member)}>
                    <Button
                      tone="danger"
                      aria-label={
                        isSelf(member)
                          ? t('settings.members.leave')
                          : t('settings.members.remove.named', { name: member.name })
                      }
                      onClick={() => setAsked(member.user)}
                    >
                      {isSelf(member) ? t('settings.members.leave') : t('settings.members.remove')}
                    </Button>
                  </Show>
                  <Show when={asked() === member.user}>
                    <Confirm
                      text={t(isSelf(member) ? 'leave.question' : 'remove.member', {
                        name: member.name,
                        workspace: workspace()?.name ?? '',
                      })}
                      confirmLabel={isSelf(member) ? t('leave.confirm') : t('remove.confirm')}
                      cancelLabel={isSelf(member) ? t('leave.stay') : t('remove.keep')}
                      onConfirm={() => remove(member)}
                      onCancel={() => setAsked(undefined)}
                    />
                  </Show>
                </li>
              )}
            </For>
          </ul>
        )}
      </Answered>
      <Show when={manages() && workspace()} keyed>
        {(current) => <WorkspaceLinks workspace={current.id} />}
      </Show>
    </>
  );
}
