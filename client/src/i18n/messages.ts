/** Looks sentences up in the chosen catalogue. Without solid-js, so that pure wording can be tested alone. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import { en, type Message, type MessageKey } from './en.ts';

export type { MessageKey } from './en.ts';
export type Catalogue = Readonly<Record<MessageKey, Message>>;
export type MessageParams = Readonly<Record<string, string | number>>;

/** BCP 47 tag of a catalogue: plural rules, lists and relative times follow it. */
export type Language = 'en' | 'de';

// Sentences of later chunks are added by the chunks that show them.
let catalogue = en as unknown as Catalogue;
let current: Language = 'en';

export const language = (): Language => current;

/** Once per page, before anything is drawn: sentences already on screen do not change. */
export function setCatalogue(tag: Language, sentences: Catalogue): void {
  current = tag;
  catalogue = sentences;
}

/** English of a part that is not in the entry; what a whole catalogue says already stays. */
export function addSentences(part: Partial<Catalogue>): void {
  catalogue = { ...part, ...catalogue };
}

/** The sentence under `key`. A plural entry is chosen by `params.count`; numbers are written for the locale. */
export function t(key: MessageKey, params: MessageParams = {}): string {
  return format(catalogue[key], params);
}

export function format(message: Message, params: MessageParams): string {
  const template = typeof message === 'string' ? message : pluralForm(message, Number(params['count'] ?? 0));
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(language()).format(value) : value;
  });
}

/** What a person reads about a failure. */
export const errorText = (error: AppError): string => t(`error.${error.code}`);

function pluralForm(message: Exclude<Message, string>, count: number): string {
  return new Intl.PluralRules(language()).select(count) === 'one' ? message.one : message.other;
}
