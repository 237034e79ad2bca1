import { expect, test } from 'vitest';
import { fileNameOf, htmlPage } from './export-copy.ts';

test('a title cannot break out of the exported page', () => {
  const page = htmlPage('</title><script>alert(1)</script>', '<p>Text</p>');
  expect(page).not.toContain('<script>');
  expect(page).toContain('<p>Text</p>');
});

test.each([
  ['Minutes 12/11: draft', 'Minutes 12 11 draft.html'],
  ['../../etc/passwd', 'etc passwd.html'],
  ['', 'Untitled.html'],
  ['a\u202Egpj.exe', 'a gpj.exe.html'],
])('"%s" is saved as "%s"', (title, name) => {
  expect(fileNameOf(title)).toBe(name);
});
