/** Which language this browser shows. English until another is chosen; a catalogue other than English is a chunk of its own. */
import { setCatalogue, type Catalogue, type Language } from './messages.ts';

export const LANGUAGES: readonly { readonly tag: Language; readonly name: string }[] = [
  { tag: 'en', name: 'English' },
  { tag: 'de', name: 'Deutsch' },
];

export const LANGUAGE_KEY = 'vicinal.language';

/** A hung network must not keep a page blank that could be shown in English. */
const WAIT_MS = 5000;

const CATALOGUES: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Catalogue>>> = {
  de: () => import('./de.ts').then(({ de }) => de),
};

/**
 * Fetches the catalogue of the stored language and puts it in place, before anything is drawn. English stays when none is
 * stored, or when the catalogue cannot be had in time. Never rejects.
 */
export async function loadLanguage(): Promise<void> {
  const tag = storedLanguage();
  if (tag === 'en') return;
  const sentences = await withinTime(CATALOGUES[tag]());
  if (sentences === undefined) return;
  setCatalogue(tag, sentences);
  document.documentElement.lang = tag;
}

/** Takes effect when the page loads again. */
export function chooseLanguage(tag: Language): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, tag);
  } catch {
    // storage switched off: the choice cannot be kept
  }
}

function storedLanguage(): Language {
  try {
    const stored = localStorage.getItem(LANGUAGE_KEY);
    return LANGUAGES.find(({ tag }) => tag === stored)?.tag ?? 'en';
  } catch {
    return 'en'; // storage switched off
  }
}

async function withinTime(loading: Promise<Catalogue>): Promise<Catalogue | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), WAIT_MS);
  // a chunk that cannot be fetched leaves English
  const sentences = await Promise.race([loading.catch(() => undefined), late]);
  clearTimeout(timer);
  return sentences;
}
