import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Random } from '../clock.ts';
import { createTestDocument, recordBatches } from '../testing/test-document.ts';
import { pick, seededRandom } from '../testing/seeded-device.ts';
import { metaTitle } from '../room/documents.ts';
import { DEFAULT_LOG_LIMITS } from './limits.ts';
import { joinTyped } from './update-join.ts';
import { readUpdateStructs } from './update-structs.ts';

const LETTERS = ['a', 'b', 'ö', '👩‍🚀', ' ', '\uFEFF', 'word'];
const bodyOf = (ydoc: Y.Doc): Y.XmlFragment => ydoc.getXmlFragment('body');
const copyOf = (ydoc: Y.Doc, ...updates: readonly Uint8Array[]): Y.Doc => {
  const copy = new Y.Doc({ gc: false });
  for (const update of [Y.encodeStateAsUpdate(ydoc), ...updates]) Y.applyUpdate(copy, update);
  return copy;
};
const shown = (ydoc: Y.Doc) => ({
  text: bodyOf(ydoc).toString(),
  clocks: [...Y.decodeStateVector(Y.encodeStateVector(ydoc))].toSorted(([a], [b]) => a - b),
  deleted: Y.encodeSnapshot(Y.snapshot(ydoc)),
});

/** Types as a person does: on at the caret, back over letters, elsewhere, a new line, a word made bold. */
function typist(ydoc: Y.Doc, random: Random): () => void {
  let caret = { line: 0, at: 0 };
  const line = (index: number): Y.XmlText => (bodyOf(ydoc).get(index) as Y.XmlElement).get(0) as Y.XmlText; // as typed below
  return () => {
    const text = line(caret.line);
    caret.at = Math.min(caret.at, text.length);
    const chance = random.fraction();
    if (chance < 0.7) {
      const letter = LETTERS[pick(random, LETTERS.length)] ?? 'a';
      text.insert(caret.at, letter);
      caret.at += letter.length;
    } else if (chance < 0.82 && caret.at > 0) text.delete(--caret.at, 1);
    else if (chance < 0.9) caret = { line: caret.line, at: pick(random, text.length + 1) };
    else {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText()]);
      bodyOf(ydoc).insert(caret.line + 1, [paragraph]);
      caret = { line: caret.line + 1, at: 0 };
    }
  };
}

function recorded(ydoc: Y.Doc, edits: number, edit: () => void): readonly Uint8Array[] {
  const updates: Uint8Array[] = [];
  const note = (update: Uint8Array): void => void updates.push(update);
  ydoc.on('update', note);
  for (let n = 0; n < edits; n++) edit();
  ydoc.off('update', note);
  return updates;
}

it.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'LOG-87 what is joined has the effect of its parts, whatever others wrote meanwhile and write afterwards, seed %i',
  (seed) => {
    const random = seededRandom(`join ${seed}`);
    const start = new Y.Doc({ gc: false });
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText('tides')]);
    bodyOf(start).insert(0, [paragraph]);
    const [author, other] = [copyOf(start), copyOf(start)];
    const parts = recorded(author, 40, typist(author, random));
    const joined = joinTyped(Y.mergeUpdates([...parts]), DEFAULT_LOG_LIMITS);
    const others = recorded(other, 20, typist(other, random));
    const apart = copyOf(start, ...parts, ...others);
    expect(shown(copyOf(start, joined, ...others))).toEqual(shown(apart));
    expect(shown(copyOf(start, ...others, joined))).toEqual(shown(apart));
    const reader = copyOf(start, joined);
    const later = recorded(reader, 20, typist(reader, random));
    expect(shown(copyOf(start, ...parts, ...later))).toEqual(shown(reader));
    expect(shown(copyOf(author, ...later))).toEqual(shown(reader));
    expect(joinTyped(joined, DEFAULT_LOG_LIMITS)).toBe(joined);
  },
);

it('LOG-87 letters typed within one batch are one struct', async () => {
  const document = await createTestDocument({ doc: 'meta' });
  const ada = await document.join('ada', 'owner');
  const batches = recordBatches(ada);
  const title = metaTitle(ada.replica.ydoc);
  for (const letter of 'high water') title.insert(title.length, letter);
  await ada.replica.flush();
  const entries = batches.flatMap((batch) => batch.entries);
  const structs = entries.map(({ bytes }) => {
    const contents = readUpdateStructs(bytes, DEFAULT_LOG_LIMITS);
    return contents.ok ? contents.value.sections.flatMap((section) => section.structs.length) : [];
  });
  expect(structs).toEqual([[1], [1]]);
  const ben = await document.join('ben', 'editor');
  for (const batch of batches) await ben.replica.receive(batch, ada.peer);
  expect(metaTitle(ben.replica.ydoc).toString()).toBe('high water');
});
