import { describe, expect, it } from 'vitest';
import { renameStyles } from './html-source.ts';
import { looksLikeMarkdown } from './looks-like-markdown.ts';

function milliseconds(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

describe('SEC: pasting takes no time that grows with the square of what is pasted', () => {
  it.each(['[', '![a', '[a](https:', '\n', '`a', ' **a ', '~~a', '|-', '- ', 'a **b  '])(
    '%j over and over as text',
    (unit) => {
      const text = unit.repeat(900_000 / unit.length);
      expect(milliseconds(() => looksLikeMarkdown(text))).toBeLessThan(3000);
    },
  );

  it.each(['<a', '<a "', '<a \'"', '<style', '<a style='])('%j over and over as HTML', (unit) => {
    const html = unit.repeat(1_000_000 / unit.length);
    expect(milliseconds(() => renameStyles(html))).toBeLessThan(3000);
  });

  it('what is nested deeper than the reader can follow is text', () => {
    expect(looksLikeMarkdown(`# x\n${'> '.repeat(5000)}`)).toBe(false);
    expect(looksLikeMarkdown('# x\n> > > quoted')).toBe(true);
  });
});

it('SEC: styles are renamed in tags alone, and a quote that is not closed hides none', () => {
  expect(renameStyles('<p title="a>b" style="c">style="no"</p><b title=its\' style=d>')).toBe(
    '<p title="a>b" data-style="c">style="no"</p><b title=its\' data-style=d>',
  );
});
