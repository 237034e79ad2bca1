import { expect, it } from 'vitest';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { DocumentEditor } from './DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox } from './testing/session.ts';

const PARAGRAPHS = 1000;
const LETTERS = 200;

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

it(`a letter typed into, and one received by, a document of ${PARAGRAPHS} paragraphs takes less than a frame`, async () => {
  const author = new Y.Doc();
  contentBody(author).insert(
    0,
    Array.from({ length: PARAGRAPHS }, (_, i) =>
      element('paragraph', {}, [text(`Paragraph ${i} with some words in it.`)]),
    ),
  );
  const session = createTestSession({ canWrite: true });
  session.receive(author);
  const host = document.body.appendChild(document.createElement('div'));
  const opened = performance.now();
  const dispose = render(() => <DocumentEditor session={session} theme="light" labelledBy="title" />, host);
  const openMs = performance.now() - opened;
  await frames(2);
  textbox().focus();
  let written = 0;
  session.content.on('update', () => written++);

  const typed: number[] = [];
  const middle = textbox().querySelectorAll('p')[PARAGRAPHS / 2];
  if (!middle) throw new TypeError('paragraphs were rendered');
  document.getSelection()?.selectAllChildren(middle);
  document.getSelection()?.collapseToEnd();
  await frames(1);
  for (let i = 0; i < LETTERS; i++) {
    const start = performance.now();
    // goes through the browser's own input path: beforeinput, DOM change, input; ProseMirror reads it in a microtask
    document.execCommand('insertText', false, 'x');
    await Promise.resolve();
    typed.push(performance.now() - start);
    if (i % 10 === 0) await frames(1);
  }
  await expect.poll(() => written).toBe(LETTERS);

  const received: number[] = [];
  const first = contentBody(author).get(3);
  const words = first instanceof Y.XmlElement ? first.get(0) : undefined;
  if (!(words instanceof Y.XmlText)) throw new TypeError('text was written');
  for (let i = 0; i < LETTERS; i++) {
    let update = new Uint8Array();
    author.once('update', (bytes: Uint8Array) => (update = new Uint8Array(bytes)));
    words.insert(0, 'y');
    const start = performance.now();
    Y.applyUpdate(session.content, update, 'remote');
    received.push(performance.now() - start);
  }
  expect(textbox().querySelectorAll('p')[3]?.textContent).toContain('y'.repeat(LETTERS));
  dispose();
  host.remove();
  const figure = (values: readonly number[]) =>
    `p50 ${percentile(values, 0.5).toFixed(1)} ms, p95 ${percentile(values, 0.95).toFixed(1)} ms`;
  // oxlint-disable-next-line no-console -- the figure this test prints
  console.info(
    `open ${openMs.toFixed(0)} ms; typed to DOM and Yjs ${figure(typed)}; received to DOM ${figure(received)}`,
  );
  expect(percentile(typed, 0.5)).toBeLessThan(16);
  expect(percentile(received, 0.5)).toBeLessThan(16);
});
