/** What the forms check before they ask the server; the server checks again. */
import { t } from '../i18n/messages.ts';

/** As `shared/http/api.ts` demands. */
export const MIN_PASSWORD_LENGTH = 8;

export const requiredProblem = (value: string): string | undefined =>
  value.trim() === '' ? t('field.required') : undefined;

export function emailProblem(value: string): string | undefined {
  return (
    requiredProblem(value) ?? (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim()) ? undefined : t('field.email.invalid'))
  );
}

export function passwordProblem(value: string): string | undefined {
  if (value === '') return t('field.required');
  return value.length < MIN_PASSWORD_LENGTH ? t('field.password.short') : undefined;
}
