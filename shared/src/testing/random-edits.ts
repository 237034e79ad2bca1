/** Edits as an editor makes them, chosen by a seeded stream: text, structure, formatting, attributes, undo and redo. */
import * as Y from 'yjs';
import type { Random } from '../clock.ts';
import { pick } from './seeded-device.ts';

const WORDS = ['a', 'be', 'sea', 'ö', '👩‍🚀', 'lorem ipsum', 'x'.repeat(40)];
const MARKS = ['bold', 'italic', 'link'];

export interface RandomEditor {
  /** One local transaction, which may turn out to change nothing. */
  edit(): void;
  close(): void;
}

export function createRandomEditor(ydoc: Y.Doc, random: Random): RandomEditor {
  const body = ydoc.getXmlFragment('body');
  const undo = new Y.UndoManager([body], { captureTimeout: 0 });
  const any = <T>(values: readonly T[]): T | undefined => values[pick(random, values.length)];
  const texts = (): Y.XmlText[] => [...body.createTreeWalker(() => true)].filter((node) => node instanceof Y.XmlText);
  const elements = (): Y.XmlElement[] =>
    [...body.createTreeWalker(() => true)].filter((node) => node instanceof Y.XmlElement);

  const addParagraph = (): void => {
    const paragraph = new Y.XmlElement(any(['paragraph', 'heading', 'blockquote']) ?? 'paragraph');
    paragraph.insert(0, [new Y.XmlText(any(WORDS) ?? '')]);
    body.insert(pick(random, body.length + 1), [paragraph]);
  };
  /** A position that is not inside a surrogate pair: editors never cut one, and Yjs damages what is cut. */
  const position = (text: Y.XmlText, from = 0): number => {
    const plain = text
      .toDelta()
      .map((part: { insert: unknown }) => (typeof part.insert === 'string' ? part.insert : '?'))
      .join('');
    const at = from + pick(random, text.length + 1 - from);
    return /[\udc00-\udfff]/.test(plain.charAt(at)) ? at + 1 : at;
  };
  const range = (text: Y.XmlText): { at: number; length: number } | undefined => {
    const at = position(text);
    const end = position(text, at);
    return end > at ? { at, length: end - at } : undefined;
  };
  const withText = (change: (text: Y.XmlText) => void): void => {
    const text = any(texts());
    if (text) change(text);
    else addParagraph();
  };
  const steps: readonly (readonly [number, () => void])[] = [
    [8, () => withText((text) => text.insert(position(text), any(WORDS) ?? 'a'))],
    [
      4,
      () =>
        withText((text) => {
          const cut = range(text);
          if (cut) text.delete(cut.at, cut.length);
        }),
    ],
    [
      6,
      () =>
        withText((text) => {
          const marked = range(text);
          if (marked)
            text.format(marked.at, marked.length, { [any(MARKS) ?? 'bold']: random.fraction() < 0.4 ? null : true });
        }),
    ],
    [3, addParagraph],
    [1, () => void (body.length > 1 && body.delete(pick(random, body.length), 1))],
    [1, () => any(elements())?.setAttribute('level', any(['1', '2', '3']) ?? '1')],
    [1, () => any(elements())?.insert(0, [new Y.XmlText('nested')])],
    [1, () => void undo.undo()],
    [1, () => void undo.redo()],
  ];
  const total = steps.reduce((sum, [weight]) => sum + weight, 0);
  return {
    edit: () => {
      let left = pick(random, total);
      for (const [weight, step] of steps) {
        left -= weight;
        if (left < 0) return ydoc.transact(step);
      }
    },
    close: () => undo.destroy(),
  };
}
