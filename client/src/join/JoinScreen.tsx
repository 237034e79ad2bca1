import { useLocation, useNavigate } from '@solidjs/router';
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { LinkRole } from '@vicinal/shared/roles.ts';
import { createMemo, createResource, createSignal, Match, Show, Switch, type JSX } from 'solid-js';
import type { MessageKey } from '../i18n/en.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { paths, tokenOfFragment } from '../paths.ts';
import { createForm } from '../setup/create-form.ts';
import { requiredProblem } from '../setup/credentials.ts';
import { Button } from '../ui/Button.tsx';
import { Delayed } from '../ui/Delayed.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextSkeleton } from '../ui/Skeleton.tsx';
import { Stage } from '../ui/Stage.tsx';
import { TextField } from '../ui/TextField.tsx';

const LEADS: Readonly<Record<LinkRole, MessageKey>> = {
  editor: 'join.lead',
  commenter: 'join.lead.commenter',
  viewer: 'join.lead.viewer',
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
            heading={t('join.heading')}
            lead={t(LEADS[details().role], { workspace: details().workspaceName })}
            headingRef={focusHeading}
          >
            <JoinForm token={props.token} />
          </Stage>
        )}
      </Match>
      <Match when={error()}>{(failed) => <Refused error={failed()} onRetry={() => void refetch()} />}</Match>
    </Switch>
  );
}

function JoinForm(props: { token: string }): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  const location = useLocation();
  const [isSending, setSending] = createSignal(false);
  // Held while sending: joining signs a guest in, and the form must not change under the hands.
  const name = createMemo<string | undefined>((previous) => {
    const state = services.accountState();
    if (isSending()) return previous;
    return state.kind === 'signed-in' ? state.user.name : undefined;
  });
  const form = createForm({
    initial: { nickname: '' },
    check: { nickname: (value) => (name() === undefined ? requiredProblem(value) : undefined) },
    send: async (values) => {
      setSending(true);
      const result = await services.account.join(
        props.token,
        name() === undefined ? values.nickname.trim() : undefined,
      );
      if (result.ok) navigate(paths.document(result.value.room), { replace: true });
      else setSending(false);
      return result;
    },
  });
  const label = (): string => {
    if (form.isBusy()) return t('join.submitting');
    const known = name();
    return known === undefined ? t('join.submit') : t('join.submitAs', { name: known });
  };
  return (
    <Show when={services.accountState().kind !== 'loading'}>
      <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
        <Show when={name() === undefined}>
          <TextField
            label={t('join.nickname')}
            hint={t('join.nickname.hint')}
            value={form.values.nickname}
            error={form.problem('nickname')}
            onValue={(value) => form.set('nickname', value)}
            autocomplete="nickname"
            maxlength={80}
            required
          />
        </Show>
        <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
        <Button tone="primary" type="submit" class="button-wide" aria-disabled={form.isBusy()}>
          {label()}
        </Button>
      </form>
      <Show when={name() === undefined}>
        <div class="stage-foot">
          <p>
            {t('join.haveAccount')}{' '}
            <a href={paths.signInFor(`${location.pathname}${location.hash}`)}>{t('join.signIn')}</a>
          </p>
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
