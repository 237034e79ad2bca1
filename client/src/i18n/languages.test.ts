import { afterEach, expect, test, vi } from 'vitest';
import { editorMessages } from '../editor/messages.ts';
import { editorToolMessages } from '../editor/tools/messages.ts';
import { laterMessages } from './en/later.ts';
import { en } from './en.ts';
import { dateLocale, formatBytes, formatDate, formatList, formatRelative } from './format.ts';
import { chooseLanguage, LANGUAGE_KEY, LANGUAGES, loadLanguage } from './languages.ts';
import { language, setCatalogue, t } from './messages.ts';

const page = (stored: string | undefined) => {
  const kept = new Map(stored === undefined ? [] : [[LANGUAGE_KEY, stored]]);
  const html = { lang: 'en' };
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal('document', { documentElement: html });
  return { kept, html };
};

afterEach(() => {
  vi.unstubAllGlobals();
  setCatalogue('en', { ...en, ...laterMessages, ...editorMessages, ...editorToolMessages });
});

test('UI-101 English is shown until another language is chosen', async () => {
  const { html } = page(undefined);
  await loadLanguage();
  expect([language(), t('document.share'), html.lang]).toEqual(['en', 'Share', 'en']);
});

test('UI-101 the chosen language is in place when the page loads again', async () => {
  const { html } = page(undefined);
  for (const { tag } of LANGUAGES) {
    chooseLanguage(tag);
    await loadLanguage();
    expect([language(), html.lang]).toEqual([tag, tag]);
  }
  expect(t('document.share')).toBe('Teilen');
  expect(t('home.count', { count: 1 })).toBe('1 Dokument');
  expect(t('home.count', { count: 12_345 })).toBe('12.345 Dokumente');
});

test('UI-101 an unknown language and a storage that is switched off leave English', async () => {
  page('tlh');
  await loadLanguage();
  expect(language()).toBe('en');
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new DOMException('denied', 'SecurityError');
    },
    setItem: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  chooseLanguage('de');
  await loadLanguage();
  expect(language()).toBe('en');
});

test('UI-102 dates, sizes and lists follow the chosen language and the reader’s region', async () => {
  page('de');
  await loadLanguage();
  const now = new Date(2026, 10, 21, 12, 0).getTime();
  expect(formatRelative(now - 5 * 60_000, now)).toBe('vor 5 Minuten');
  expect(formatRelative(now, now)).toBe('gerade eben');
  expect(formatDate(new Date(2026, 1, 3).getTime(), now)).toMatch(/^3\. Feb/);
  expect(formatBytes(1500)).toMatch(/^1,5.kB$/);
  expect(formatList(['Ada', 'Ben', 'Chiara'])).toBe('Ada, Ben und Chiara');
  expect(dateLocale(['en-GB', 'de-AT'])).toBe('de-AT');
  expect(dateLocale(['en-GB'])).toBe('de');
});
