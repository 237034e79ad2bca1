/** Looks sentences up in the chosen catalogue. Without solid-js, so that pure wording can be tested alone. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import { en, type Message, type MessageKey } from './en.ts';

export type { MessageKey } from './en.ts';
export type Catalogue = Readonly<Record<MessageKey, Message>>;
export type MessageParams = Readonly<Record<string, string | number>>;

const catalogue: Catalogue = en;
/** BCP 47 tag of the catalogue in use: plural rules, lists and relative times follow it. */
export const LANGUAGE = 'en';

/** The sentence under `key`. A plural entry is chosen by `params.count`; numbers are written for the locale. */
export function t(key: MessageKey, params: MessageParams = {}): string {
  return format(catalogue[key], params);
}

export function format(message: Message, params: MessageParams): string {
  const template = typeof message === 'string' ? message : pluralForm(message, Number(params['count'] ?? 0));
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(LANGUAGE).format(value) : value;
  });
}

/** What a person reads about a failure. */
export const errorText = (error: AppError): string => t(`error.${error.code}`);

function pluralForm(message: Exclude<Message, string>, count: number): string {
  return new Intl.PluralRules(LANGUAGE).select(count) === 'one' ? message.one : message.other;
}
