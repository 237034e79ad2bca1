import { expect, test } from 'vitest';
import { markdownFile, printablePage } from './download.ts';

test('EDIT-26: the page carries the title and the text, loads nothing and runs nothing', () => {
  const page = printablePage('</title><script>alert(1)</script>', '<p>Text</p>');
  expect(page).not.toContain('<script>');
  expect(page).toContain('<h1>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</h1>');
  expect(page).toContain('<p>Text</p>');
  expect(page).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
  expect(page).not.toMatch(/\b(?:src|href)=/);
});

test.each([
  ['Minutes', 'one\n', '# Minutes\n\none\n'],
  ['a\n# b *c*', '', '# a \\# b \\*c\\*\n'],
  ['  ', 'one\n', '# Untitled\n\none\n'],
])('EDIT-26: the Markdown file of %j begins with its title', (title, body, expected) => {
  expect(markdownFile(title, body)).toBe(expected);
});
