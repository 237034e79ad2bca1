import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from './documents.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { MAX_MENTION_LABEL, mentionText, readMentionId, readMentionLabel, readMentionUser } from './mention.ts';

const USER = `${'b'.repeat(21)}A`;
const ID = 'mentionmentionmention_';

/** A line that holds one mention between two words. */
function body(attributes: Readonly<Record<string, unknown>>, name = 'paragraph'): Y.XmlFragment {
  const root = contentBody(new Y.Doc());
  const line = new Y.XmlElement(name);
  const mention = new Y.XmlElement('mention');
  for (const [key, value] of Object.entries(attributes)) mention.setAttribute(key, value as string); // peers set any type
  const [before, after] = [new Y.XmlText(), new Y.XmlText()];
  before.insert(0, 'Ask ');
  after.insert(0, ' now');
  line.insert(0, [before, mention, after]);
  root.insert(0, [line]);
  return root;
}

describe('mentions', () => {
  it('EDIT-50: leave as a chip in HTML and as @Name in Markdown', () => {
    const found = body({ user: USER, label: 'Ada Okafor', id: ID });
    expect(renderHtml(found)).toBe(
      `<p>Ask <span data-mention="${USER}" data-mention-id="${ID}">@Ada Okafor</span> now</p>`,
    );
    expect(renderMarkdown(found)).toBe('Ask @Ada Okafor now\n');
    expect(renderMarkdown(body({ user: USER, label: 'Ada', id: ID }, 'heading'))).toBe('# Ask @Ada now\n');
  });

  it('EDIT-50: of nobody are text', () => {
    for (const user of [undefined, '', 'ada', 7, {}, `${'b'.repeat(22)}A`, `${'b'.repeat(21)}!`, `"><b>`])
      expect(renderHtml(body({ ...(user === undefined ? {} : { user }), label: 'Ada' }))).toBe('<p>Ask @Ada now</p>');
  });

  it('EDIT-50: show one line of at most 80 characters, whatever was stored', () => {
    expect(readMentionLabel(`${'x'.repeat(500)}`)).toHaveLength(MAX_MENTION_LABEL);
    expect(readMentionLabel('a\nb\u2028c\u202ed\u200be')).toBe('a b c d e');
    expect(readMentionLabel(`${'x'.repeat(79)}🙂`)).toBe('x'.repeat(79));
    for (const value of [undefined, null, 3, {}, [], true]) expect(readMentionLabel(value)).toBe('');
    expect(mentionText({})).toBe('@');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (label) => {
        const read = readMentionLabel(label);
        expect(read.length).toBeLessThanOrEqual(MAX_MENTION_LABEL);
        expect(read).toBe(read.trim());
        expect(readMentionLabel(read)).toBe(read);
      }),
    );
  });

  it('EDIT-50: carry no markup out of their names', () => {
    for (const label of ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "' onclick='x"]) {
      const html = renderHtml(body({ user: USER, label, id: `"${label}` }));
      expect(html.replace(`<span data-mention="${USER}">`, '').replaceAll(/<\/?(?:p|span)>/g, '')).not.toContain('<');
      expect(html).not.toContain('data-mention-id');
    }
    expect(renderMarkdown(body({ user: USER, label: '[x](javascript:alert) *b* <b>', id: ID }))).toBe(
      'Ask @\\[x\\](javascript:alert) \\*b\\* \\<b> now\n',
    );
  });

  it('are told of under an id of 22 characters alone, and mean users alone', () => {
    expect(readMentionId(ID)).toBe(ID);
    for (const id of ['', 'short', `${ID}x`, 'mention mention mentio', 5]) expect(readMentionId(id)).toBeUndefined();
    expect(readMentionUser(USER)).toBe(USER);
  });
});
