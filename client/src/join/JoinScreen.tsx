import { useLocation, useNavigate } from '@solidjs/router';
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { LinkOffer } from '@vicinal/shared/http/api.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { JoinAs } from '../auth/types.ts';
import { createMemo, createResource, createSignal, Match, Show, Switch, type JSX } from 'solid-js';
import type { MessageKey } from '../i18n/en.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { paths, tokenOfFragment } from '../paths.ts';
import { AccountJoin } from './AccountJoin.tsx';
import { NicknameJoin } from './NicknameJoin.tsx';
import { Button } from '../ui/Button.tsx';
import { Delayed } from '../ui/Delayed.tsx';
import { TextSkeleton } from '../ui/Skeleton.tsx';
import { Stage } from '../ui/Stage.tsx';

const LEADS: Readonly<Record<LinkOffer['role'], MessageKey>> = {
  editor: 'join.lead',
  commenter: 'join.lead.commenter',
  viewer: 'join.lead.viewer',
  member: 'join.lead.member',
};

/** `/join#<token>`: into one document, as a guest with a nickname or as the account signed in here. */
export function JoinScreen(): JSX.Element {
  const location = useLocation();
  const token = (): string | undefined => tokenOfFragment(location.hash);
  setPageTitle(() => t('join.page'));
  return (
    <Show
      when={token()}
      keyed
      fallback={
        <Stage heading={t('join.incomplete.heading')} lead={t('join.incomplete.text')} headingRef={focusHeading} />
      }
    >
      {(found) => <Invitation token={found} />}
    </Show>
  );
}

function Invitation(props: { token: string }): JSX.Element {
  const services = useServices();
  const [link, { refetch }] = createResource(
    () => props.token,
    (token) => services.account.inspectLink(token),
  );
  const allowed = createMemo(() => {
    const result = link.latest;
    return result?.ok === true ? result.value : undefined;
  });
  const error = createMemo(() => {
    const result = link.latest;
    return result?.ok === false ? result.error : undefined;
  });
  return (
    <Switch
      fallback={
        <Stage heading={t('join.heading')} headingRef={focusHeading}>
          <Delayed>
            <TextSkeleton />
          </Delayed>
        </Stage>
      }
    >
      <Match when={allowed()}>
        {(details) => (
          <Stage
            heading={
              details().kind === 'workspace'
                ? t('join.heading.workspace', { workspace: details().workspaceName })
                : t('join.heading')
            }
            lead={t(LEADS[details().role], { workspace: details().workspaceName })}
            headingRef={focusHeading}
          >
            <JoinForm token={props.token} kind={details().kind} />
          </Stage>
        )}
      </Match>
      <Match when={error()}>{(failed) => <Refused error={failed()} onRetry={() => void refetch()} />}</Match>
    </Switch>
  );
}

interface Self {
  readonly name: string;
  readonly hasAccount: boolean;
  /** False for an account of this device alone. */
  readonly isServerKnown: boolean;
}

/** Signed in with an account: one button. Otherwise a nickname (documents) or a new account. */
function JoinForm(props: { token: string; kind: LinkOffer['kind'] }): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  const location = useLocation();
  const [wantsAccount, setWantsAccount] = createSignal(false);
  const [isSending, setSending] = createSignal(false);
  // Held while sending: joining signs somebody in, and the form must not change under the hands.
  const self = createMemo<Self | undefined>((previous) => {
    if (isSending()) return previous;
    const state = services.accountState();
    if (state.kind !== 'signed-in') return undefined;
    const { user, isLocal } = state;
    return { name: user.name, hasAccount: !isLocal && !user.isGuest, isServerKnown: !isLocal };
  });
  const join = async (as: JoinAs): Promise<Result<unknown, AppError>> => {
    setSending(true);
    const result = await services.account.join(props.token, as);
    if (result.ok) {
      const { room, workspace } = result.value;
      navigate(room === undefined ? paths.workspace(workspace) : paths.document(room), { replace: true });
    } else setSending(false);
    return result;
  };
  const needsAccount = (): boolean => props.kind === 'workspace' && self()?.hasAccount !== true;
  const showsAccount = (): boolean => needsAccount() || wantsAccount();
  return (
    <Show when={services.accountState().kind !== 'loading' || isSending()}>
      <Show
        when={showsAccount()}
        fallback={<NicknameJoin name={self()?.isServerKnown === true ? self()?.name : undefined} onJoin={join} />}
      >
        <AccountJoin name={self()?.name ?? ''} onJoin={join} />
      </Show>
      <Show when={self()?.hasAccount !== true}>
        <div class="stage-foot">
          <Show when={!needsAccount()}>
            <p>
              <button type="button" class="button button-quiet" onClick={() => setWantsAccount((wanted) => !wanted)}>
                {wantsAccount() ? t('join.asGuest') : t('join.asAccount')}
              </button>
            </p>
          </Show>
          <Show when={self()?.isServerKnown !== true}>
            <p>
              {t('join.haveAccount')}{' '}
              <a href={paths.signInFor(`${location.pathname}${location.hash}`)}>{t('join.signIn')}</a>
            </p>
          </Show>
        </div>
      </Show>
    </Show>
  );
}

function Refused(props: { error: AppError; onRetry: () => void }): JSX.Element {
  const isGone = (): boolean => props.error.code === 'link-invalid' || props.error.code === 'not-found';
  const isUnreachable = (): boolean => props.error.code === 'network' || props.error.code === 'not-ready';
  return (
    <Switch
      fallback={
        <Stage heading={t('join.heading')} lead={errorText(props.error)} headingRef={focusHeading}>
          <Button onClick={() => props.onRetry()}>{t('join.retry')}</Button>
        </Stage>
      }
    >
      <Match when={isGone()}>
        <Stage heading={t('join.invalid.heading')} lead={t('join.invalid.text')} headingRef={focusHeading} />
      </Match>
      <Match when={isUnreachable()}>
        <Stage heading={t('join.unreachable.heading')} lead={t('join.unreachable.text')} headingRef={focusHeading}>
          <Button onClick={() => props.onRetry()}>{t('join.retry')}</Button>
        </Stage>
      </Match>
    </Switch>
  );
}
