import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, ERROR_CODES } from '@vicinal/shared/app-error.ts';
import { expect, test } from 'vitest';
import { pseudo, pseudoCatalogue } from '../testing/pseudo-catalogue.ts';
import { de } from './de.ts';
import { editorMessages } from '../editor/messages.ts';
import { editorToolMessages } from '../editor/tools/messages.ts';
import './editor.ts';
import { laterMessages } from './en/later.ts';
import { en as firstEnglish, type Message } from './en.ts';
import './later.ts';
import { errorText, format, t, type MessageKey } from './messages.ts';

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(
    (file) =>
      /\.tsx?$/.test(file) && !/\.test\.|testing\/|i18n\/(?:en|de)\b|editor\/(?:tools\/)?messages\.ts/.test(file),
  )
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');
const en = { ...firstEnglish, ...laterMessages, ...editorMessages, ...editorToolMessages };
const keys = Object.keys(en);

/** Keys built from a template such as `role.${role}`: the literal part before the value. */
const prefixes = [...sources.matchAll(/`([\w.-]+\.)\$\{/g)].map((match) => match[1] ?? '');

test('every sentence of the catalogue is shown somewhere', () => {
  const unused = keys.filter(
    (key) => !sources.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});

test('every sentence that code names exists', () => {
  const named = [...sources.matchAll(/\bt\('([^']+)'/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((key) => !keys.includes(key))).toEqual([]);
});

const formsOf = (message: Message): readonly string[] =>
  typeof message === 'string' ? [message] : [message.one, message.other];
const valuesOf = (sentence: string): string => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort().join();
const catalogues = Object.entries({ en, de, pseudo: pseudoCatalogue(en) });

test.each(catalogues)('no sentence is empty, and plural forms name the same values: %s', (_name, catalogue) => {
  for (const message of Object.values(catalogue)) {
    const forms = formsOf(message);
    for (const form of forms) expect(form.trim()).not.toBe('');
    expect(new Set(forms.map(valuesOf)).size).toBe(1);
  }
});

test.each(catalogues)('UI-100 every language has the same keys, plural shapes and values: %s', (_name, catalogue) => {
  expect(Object.keys(catalogue).sort()).toEqual([...keys].sort());
  const differing = Object.entries<Message>(en).filter(([key, message]) => {
    const translated = catalogue[key as MessageKey]; // a key of `en`, just listed
    return (
      typeof translated !== typeof message ||
      valuesOf(formsOf(translated)[0] ?? '') !== valuesOf(formsOf(message)[0] ?? '')
    );
  });
  expect(differing.map(([key]) => key)).toEqual([]);
});

/** Words that are the same in both languages. */
const SAME = new Set([
  'app.title',
  'block.kind.text',
  'account.theme.system',
  'editor.code',
  'editor.link',
  'editor.link.form',
  'editor.link.hint',
  'info.heading',
  'info.open',
  'people.list.changed',
  'people.more',
  'settings.about.version',
  'settings.profile.colour.1',
  'settings.profile.colour.8',
  'shortcuts.group.text',
  'sync.log.state.offline',
]);

test('UI-100 no German sentence is left in English', () => {
  const same = keys.filter((key) => {
    const [first] = formsOf(de[key as MessageKey]); // a key of `en`
    return first === formsOf(en[key as MessageKey])[0];
  });
  expect(same.sort()).toEqual([...SAME].sort());
});

test('German quotes with „…“, breaks no line before an ellipsis and does not shout', () => {
  for (const sentence of Object.values(de).flatMap(formsOf)) {
    expect(sentence).not.toMatch(/[“][^”]*”|"|'| …|!/);
    expect(sentence.split('„').length).toBe(sentence.split('“').length);
  }
});

test('the pseudo-language keeps values and is two fifths longer', () => {
  expect(pseudo('Join as {name}')).toContain('{name}');
  expect(pseudo('Join as {name}')).not.toContain('Join');
  expect(pseudo('Join as {name}').length).toBeGreaterThan('Join as {name}'.length * 1.4);
});

test('every error code has words of its own', () => {
  for (const code of ERROR_CODES) {
    expect(errorText(new AppError(code))).not.toBe('');
    expect(errorText(new AppError(code))).not.toBe(code);
  }
});

test('values are put in, numbers are written for the reader, and unknown names stay visible', () => {
  expect(format('Hello {name}', { name: 'Ada' })).toBe('Hello Ada');
  expect(format('{count} bytes', { count: 12_345 })).toBe('12,345 bytes');
  expect(format('{absent}', {})).toBe('{absent}');
});

test('a value that looks like a placeholder is not expanded again', () => {
  expect(t('join.submitAs', { name: '{name}$&' })).toBe('Join as {name}$&');
});

test('plural forms follow the count', () => {
  expect(t('home.count', { count: 1 })).toBe('1 document');
  expect(t('home.count', { count: 0 })).toBe('0 documents');
});
