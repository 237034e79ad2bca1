import { expect, it } from 'vitest';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import { DocumentEditor } from './DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox } from './testing/session.ts';

const BYTES = 1_000_000;
const LETTERS = 60;

const WORDS =
  'the tide went out past the second marker and the gulls followed it all the way down to the sand bar '.split(' ');
const sentence = (seed: number, words: number): string =>
  Array.from({ length: words }, (_, i) => WORDS[(seed * 7 + i * 3) % WORDS.length]).join(' ');
const p = (words: string) => element('paragraph', {}, [text(words)]);

/** About a megabyte as people write it: paragraphs, headings, lists, tables and code. */
function fill(body: Y.XmlFragment): number {
  let size = 0;
  const blocks: Y.XmlElement[] = [];
  for (let i = 0; size < BYTES; i++) {
    const words = sentence(i, 60);
    size += words.length;
    if (i % 40 === 0) blocks.push(element('heading', { level: 2 }, [text(`Part ${i}`)]));
    if (i % 25 === 7)
      blocks.push(
        element('bulletList', {}, [element('listItem', {}, [p(words)]), element('listItem', {}, [p(sentence(i, 12))])]),
      );
    else if (i % 100 === 51)
      blocks.push(
        element('table', {}, [
          element('tableRow', {}, [element('tableHeader', {}, [p('a')]), element('tableHeader', {}, [p('b')])]),
          element('tableRow', {}, [element('tableCell', {}, [p(words)]), element('tableCell', {}, [p('c')])]),
        ]),
      );
    else if (i % 100 === 77)
      blocks.push(element('codeBlock', { language: 'typescript' }, [text(`const a = "${words}";`)]));
    else blocks.push(element('paragraph', {}, [text(words), text(' bold', { bold: {} })]));
  }
  body.insert(0, blocks);
  return size;
}

/** Where a person may be writing. */
const PLACES = ['a paragraph in the middle', 'the last paragraph', 'a list', 'a table', 'code'] as const;
const target = (place: (typeof PLACES)[number]): Element | undefined => {
  const paragraphs = [...textbox().querySelectorAll(':scope > p')];
  const middle = (selector: string) => {
    const found = [...textbox().querySelectorAll(selector)];
    return found[found.length >> 1];
  };
  if (place === 'a list') return middle('li p');
  if (place === 'a table') return middle('td p');
  if (place === 'code') return middle('pre code');
  return place === 'the last paragraph' ? paragraphs.at(-1) : paragraphs[paragraphs.length >> 1];
};

it('EDIT-29: in a document of a megabyte every letter is written, in each kind of block', async () => {
  const author = new Y.Doc();
  const size = fill(contentBody(author));
  const session = createTestSession({ canWrite: true });
  session.receive(author);
  const host = document.body.appendChild(document.createElement('div'));
  const opened = performance.now();
  const dispose = render(() => <DocumentEditor session={session} theme="light" labelledBy="title" />, host);
  await frames(4);
  const openMs = performance.now() - opened;
  textbox().focus();
  let written = 0;
  session.content.on('update', () => written++);
  const long: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) long.push(duration);
  });
  const lines: string[] = [];
  for (const place of PLACES) {
    const element = target(place);
    if (!element) throw new TypeError(`no ${place}`);
    element.scrollIntoView({ block: 'center' });
    document.getSelection()?.selectAllChildren(element);
    document.getSelection()?.collapseToEnd();
    await frames(4);
    // the first letter after a jump pays for it
    document.execCommand('insertText', false, 'x');
    await frames(4);
    long.length = 0;
    observer.observe({ type: 'longtask' });
    const from = written;
    const typed: number[] = [];
    for (let i = 0; i < LETTERS; i++) {
      const start = performance.now();
      document.execCommand('insertText', false, 'x');
      await Promise.resolve();
      typed.push(performance.now() - start);
      await frames(1);
    }
    await expect.poll(() => written - from).toBe(LETTERS);
    for (const entry of observer.takeRecords()) long.push(entry.duration);
    observer.disconnect();
    const sorted = typed.toSorted((a, b) => a - b);
    const figure = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
    lines.push(
      `${place}: letter p50 ${figure(0.5)} ms, p95 ${figure(0.95)} ms, tasks over 50 ms: ${long.length} (${Math.max(0, ...long).toFixed(0)} ms)`,
    );
  }
  dispose();
  host.remove();
  // oxlint-disable-next-line no-console -- the figures this test prints
  console.info([`${size} characters, open ${openMs.toFixed(0)} ms`, ...lines].join('\n'));
  expect(lines).toHaveLength(PLACES.length);
}, 120_000);
