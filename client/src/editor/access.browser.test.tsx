import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import { DocumentEditor } from './DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox } from './testing/session.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const THEMES = ['light', 'dark'] as const;
const STATES = [
  'writing',
  'in a table',
  'in code',
  'at a picture',
  'reading',
  'linking',
  'update needed',
  'empty',
] as const;

let close: (() => void) | undefined;
afterEach(() => close?.());

function fill(body: Y.XmlFragment): void {
  const paragraph = (...children: (Y.XmlElement | Y.XmlText)[]) => element('paragraph', {}, children);
  body.insert(0, [
    element('heading', { level: 2 }, [text('Minutes')]),
    paragraph(
      text('plain '),
      text('bold', { bold: {} }),
      text(' code', { code: {} }),
      text(' link', { link: { href: 'https://example.org/' } }),
    ),
    element('bulletList', {}, [element('listItem', {}, [paragraph(text('item'))])]),
    element('taskList', {}, [
      element('taskItem', { checked: true }, [paragraph(text('done'))]),
      element('taskItem', { checked: false }, [paragraph(text('open'))]),
    ]),
    element('blockquote', {}, [paragraph(text('quoted'))]),
    element('codeBlock', {}, [text('const a = 1;')]),
    element('horizontalRule'),
    element('codeBlock', { language: 'ts' }, [text('const a = "b"; // why')]),
    element('image', { src: 'data:image/png;base64,AAAA', alt: 'The harbour' }),
    element('table', {}, [
      element('tableRow', {}, [element('tableHeader', {}, [paragraph(text('Name'))])]),
      element('tableRow', {}, [element('tableCell', {}, [paragraph(text('cell'))])]),
    ]),
    paragraph(text('last words')),
  ]);
}

async function open(theme: (typeof THEMES)[number], state: (typeof STATES)[number]): Promise<HTMLElement> {
  document.documentElement.dataset['theme'] = theme;
  document.documentElement.lang = 'en';
  const author = new Y.Doc();
  if (state !== 'empty') fill(contentBody(author));
  if (state === 'update needed') contentBody(author).push([element('diagram', {}, [text('cell')])]);
  const session = createTestSession({ canWrite: state !== 'reading' });
  session.receive(author);
  const host = document.body.appendChild(document.createElement('main'));
  const dispose = render(
    () => (
      <>
        <h1 id="title">Title</h1>
        <DocumentEditor session={session} theme={theme} labelledBy="title" />
      </>
    ),
    host,
  );
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  await frames(2);
  return host;
}

describe.each(THEMES)('in the %s theme', (theme) => {
  it.each(STATES)('axe finds nothing while %s', async (state) => {
    const host = await open(theme, state);
    if (state === 'linking') {
      textbox().focus();
      await userEvent.keyboard('{Control>}a{/Control}{Control>}k{/Control}javascript:x{Enter}');
      await expect.poll(() => document.querySelector('[aria-invalid]')).not.toBeNull();
    }
    const places = { 'in a table': 'td p', 'in code': 'pre + pre, hr + pre', 'at a picture': '.document-image' };
    const place = Object.entries(places).find(([name]) => name === state)?.[1];
    const target = place === undefined ? null : textbox().querySelector<HTMLElement>(place);
    if (target) {
      await userEvent.click(target);
      await expect.poll(() => document.querySelector('.context-bar:not([hidden])')).not.toBeNull();
      await expect.poll(() => document.querySelector('.hljs-keyword'), { timeout: 15_000 }).not.toBeNull();
    }
    const { violations } = await axe.run(host, { runOnly: TAGS });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });
});

it('axe catches a planted fault', async () => {
  const host = await open('light', 'empty');
  host.append(document.createElement('button'));
  const { violations } = await axe.run(host, { runOnly: TAGS });
  expect(violations.map(({ id }) => id)).toContain('button-name');
});

it('the text is a multi-line textbox named "Document text" that says whether it can be changed', async () => {
  await open('light', 'reading');
  expect(textbox().getAttribute('aria-multiline')).toBe('true');
  expect(textbox().getAttribute('aria-readonly')).toBe('true');
  expect(textbox().tabIndex).toBe(0);
  close?.();
  await open('light', 'writing');
  expect(textbox().getAttribute('aria-readonly')).toBe('false');
  expect(textbox().getAttribute('spellcheck')).toBe('true');
});

it('body text is 16/26 in a measure of at most 720 px', async () => {
  await open('light', 'writing');
  const style = getComputedStyle(textbox());
  expect([style.fontSize, style.lineHeight]).toEqual(['16px', '26px']);
  expect(textbox().getBoundingClientRect().width).toBeLessThanOrEqual(720);
});
