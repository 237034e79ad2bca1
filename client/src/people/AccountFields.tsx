import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { JSX } from 'solid-js';
import type { NewAccount } from '../auth/types.ts';
import { t } from '../i18n/messages.ts';
import { createForm, type Form } from '../setup/create-form.ts';
import { emailProblem, passwordProblem, requiredProblem } from '../setup/credentials.ts';
import { TextField } from '../ui/TextField.tsx';

type Fields = Record<'name' | 'email' | 'password', string>;

/** The form of a new account, filled with a name that is known already. */
export const accountForm = (
  name: string,
  send: (account: NewAccount) => Promise<Result<unknown, AppError>>,
): Form<Fields> =>
  createForm({
    initial: { name, email: '', password: '' },
    check: { name: requiredProblem, email: emailProblem, password: passwordProblem },
    send: (values) => send({ name: values.name.trim(), email: values.email.trim(), password: values.password }),
  });

/** Name, e-mail and password of somebody new. */
export function AccountFields(props: { form: Form<Fields> }): JSX.Element {
  return (
    <>
      <TextField
        label={t('setup.name')}
        value={props.form.values.name}
        error={props.form.problem('name')}
        onValue={(value) => props.form.set('name', value)}
        autocomplete="name"
        maxlength={80}
        required
      />
      <TextField
        label={t('setup.email')}
        type="email"
        value={props.form.values.email}
        error={props.form.problem('email')}
        onValue={(value) => props.form.set('email', value)}
        autocomplete="email"
        required
      />
      <TextField
        label={t('setup.password')}
        type="password"
        value={props.form.values.password}
        error={props.form.problem('password')}
        hint={t('settings.password.hint')}
        onValue={(value) => props.form.set('password', value)}
        autocomplete="new-password"
        required
        reveal={{ show: t('field.show'), hide: t('field.hide') }}
      />
    </>
  );
}
