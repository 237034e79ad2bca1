import { useLocation, useNavigate } from '@solidjs/router';
import { createEffect, For, on, Show, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import Archive from 'lucide-solid/icons/archive';
import ArrowLeftRight from 'lucide-solid/icons/arrow-left-right';
import HardDrive from 'lucide-solid/icons/hard-drive';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { paths, tokenOfFragment } from '../paths.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Stage } from '../ui/Stage.tsx';
import { TextField } from '../ui/TextField.tsx';
import { createForm } from './create-form.ts';
import { emailProblem, passwordProblem, requiredProblem } from './credentials.ts';

const FACTS = [
  { icon: ArrowLeftRight, title: 'setup.fact.direct.title', text: 'setup.fact.direct.text' },
  { icon: HardDrive, title: 'setup.fact.offline.title', text: 'setup.fact.offline.text' },
  { icon: Archive, title: 'setup.fact.archive.title', text: 'setup.fact.archive.text' },
] as const;

/** `/setup#<token>`: the first account and its workspace. */
export function SetUpScreen(): JSX.Element {
  const location = useLocation();
  const token = (): string | undefined => tokenOfFragment(location.hash);
  setPageTitle(() => t('setup.page'));
  return (
    <Show when={token()} fallback={<IncompleteLink />} keyed>
      {(found) => (
        <Stage heading={t('setup.heading')} lead={t('setup.lead')} headingRef={focusHeading} aside={<Facts />}>
          <SetUpForm token={found} />
        </Stage>
      )}
    </Show>
  );
}

function SetUpForm(props: { token: string }): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  let wasSent = false;
  const form = createForm({
    initial: { name: '', email: '', password: '', workspaceName: '' },
    check: { name: requiredProblem, email: emailProblem, password: passwordProblem, workspaceName: requiredProblem },
    send: async (values) => {
      wasSent = true;
      const result = await services.account.setUp({ token: props.token, ...values });
      wasSent = result.ok;
      return result;
    },
  });
  createEffect(
    on(services.workspace, (workspace) => {
      if (wasSent && workspace !== undefined) navigate(paths.workspace(workspace), { replace: true });
    }),
  );
  return (
    <form class="form" onSubmit={(event) => form.submit(event)} noValidate aria-label={t('setup.form')}>
      <TextField
        label={t('setup.name')}
        hint={t('setup.name.hint')}
        value={form.values.name}
        error={form.problem('name')}
        onValue={(value) => form.set('name', value)}
        autocomplete="name"
        maxlength={80}
        required
      />
      <TextField
        label={t('setup.email')}
        type="email"
        value={form.values.email}
        error={form.problem('email')}
        onValue={(value) => form.set('email', value)}
        autocomplete="email"
        maxlength={254}
        required
      />
      <TextField
        label={t('setup.password')}
        hint={t('setup.password.hint')}
        type="password"
        value={form.values.password}
        error={form.problem('password')}
        onValue={(value) => form.set('password', value)}
        autocomplete="new-password"
        maxlength={256}
        required
        reveal={{ show: t('field.show'), hide: t('field.hide') }}
      />
      <TextField
        label={t('setup.workspace')}
        hint={t('setup.workspace.hint')}
        value={form.values.workspaceName}
        error={form.problem('workspaceName')}
        onValue={(value) => form.set('workspaceName', value)}
        autocomplete="organization"
        maxlength={80}
        required
      />
      <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
      <Button tone="primary" type="submit" class="button-wide" aria-disabled={form.isBusy()}>
        {form.isBusy() ? t('setup.submitting') : t('setup.submit')}
      </Button>
    </form>
  );
}

function Facts(): JSX.Element {
  return (
    <ul class="facts">
      <For each={FACTS}>
        {(fact) => (
          <li class="fact">
            <span class="fact-icon">
              <Dynamic component={fact.icon} class="icon" aria-hidden="true" />
            </span>
            <div>
              <p class="fact-title">{t(fact.title)}</p>
              <p class="fact-text">{t(fact.text)}</p>
            </div>
          </li>
        )}
      </For>
    </ul>
  );
}

function IncompleteLink(): JSX.Element {
  return (
    <Stage heading={t('setup.noToken.heading')} lead={t('setup.noToken.text')} headingRef={focusHeading}>
      <p class="command">
        <code>npm run admin -- new-setup-link</code>
      </p>
    </Stage>
  );
}
