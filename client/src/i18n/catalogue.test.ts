import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, ERROR_CODES } from '@vicinal/shared/app-error.ts';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { errorText, format, t } from './messages.ts';

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|testing\/|i18n\/en\.ts|editor\/messages\.ts/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');
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

test('no sentence is empty, and plural forms name the same values', () => {
  for (const message of Object.values(en)) {
    const forms = typeof message === 'string' ? [message] : [message.one, message.other];
    for (const form of forms) expect(form.trim()).not.toBe('');
    const values = forms.map((form) => [...form.matchAll(/\{\w+\}/g)].map(String).sort().join());
    expect(new Set(values).size).toBe(1);
  }
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
