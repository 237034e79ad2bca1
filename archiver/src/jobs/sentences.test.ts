import { fromBase64Url } from '@vicinal/shared/bytes.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { jobSourceSchema } from '@vicinal/shared/room/jobs.ts';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf, elementOf } from '../testing/content-doc.ts';
import { MAX_SENTENCE_LENGTH, segment } from './segment.ts';
import { readSentences } from './sentences.ts';

const textsOf = (doc: Y.Doc): readonly string[] => (readSentences(doc, 1e6) ?? []).map(({ text }) => text);
const split = (text: string): readonly string[] => segment(text).map(([from, to]) => text.slice(from, to));
function placeIn(doc: Y.Doc, place: string): { readonly type: unknown; readonly index: number } {
  const bytes = fromBase64Url(place);
  const found = bytes && Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), doc);
  if (!found) throw new TypeError('a place in the document');
  return { type: found.type, index: found.index };
}

describe('sentences', () => {
  test('JOB-10 abbreviations, initials and German dates end no sentence', () => {
    expect(split('Dr. Keller came at 3.30 p.m. and left. She said e.g. nothing. Was it J. Smith? Yes!')).toEqual([
      'Dr. Keller came at 3.30 p.m. and left.',
      'She said e.g. nothing.',
      'Was it J. Smith?',
      'Yes!',
    ]);
    expect(split('Am 3. Mai kam z. B. Frau Dr. Keller. Es gab ca. 40 Gäste, u. a. Nr. 7. Dann war Schluss.')).toEqual([
      'Am 3. Mai kam z. B. Frau Dr. Keller.',
      'Es gab ca. 40 Gäste, u. a. Nr. 7. Dann war Schluss.',
    ]);
    expect(split('  \n\t ')).toEqual([]);
    expect(split('— … —')).toEqual([]);
  });

  test('JOB-10 blocks end sentences, marks and inline nodes do not; places enclose exactly the sentence', () => {
    const doc = contentOf([]);
    const bold = new Y.XmlText('Ask ');
    const mention = new Y.XmlElement('mention');
    mention.setAttribute('label', 'Ann');
    const rest = new Y.XmlText();
    contentBody(doc).push([
      elementOf('heading', [new Y.XmlText('A title')]),
      elementOf('bulletList', [
        elementOf('listItem', [elementOf('paragraph', [bold, mention, rest])]),
        elementOf('listItem', [elementOf('paragraph', [new Y.XmlText('Second item')])]),
      ]),
      elementOf('codeBlock', [new Y.XmlText('let x = 1;')]),
    ]);
    rest.insert(0, ' about it. Then ');
    rest.insert(rest.length, 'wait', { bold: true });
    rest.insert(rest.length, '.', { bold: false });
    const sentences = readSentences(doc, 1e6) ?? [];
    expect(sentences.map(({ text, kind }) => `${kind}: ${text}`)).toEqual([
      'heading: A title',
      'prose: Ask @Ann about it.',
      'prose: Then wait.',
      'prose: Second item',
      'code: let x = 1;',
    ]);
    const wait = sentences[2]?.source();
    expect(placeIn(doc, wait?.start ?? '')).toEqual({ type: rest, index: 11 });
    expect(placeIn(doc, wait?.end ?? '')).toEqual({ type: rest, index: rest.length });
    const asked = sentences[1]?.source();
    expect(placeIn(doc, asked?.start ?? '')).toEqual({ type: bold, index: 0 });
    for (const sentence of sentences) expect(jobSourceSchema.safeParse(sentence.source()).success).toBe(true);
  });

  test('JOB-10 places stay with the sentence while others write around it', () => {
    const doc = contentOf(['First one. The one meant. Last one.']);
    const source = (readSentences(doc, 1e6) ?? [])[1]?.source();
    const text = (contentBody(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText; // made above
    text.insert(0, 'Before. ');
    text.insert(text.toJSON().indexOf(' Last'), ' Right behind.');
    const [start, end] = [placeIn(doc, source?.start ?? ''), placeIn(doc, source?.end ?? '')];
    expect(text.toJSON().slice(start.index, end.index)).toBe('The one meant.');
  });

  test('JOB-10 hostile trees are read within bounds', () => {
    const deep = contentOf([]);
    let inner = elementOf('paragraph', [new Y.XmlText('Deep down.')]);
    for (let i = 0; i < 150; i++) inner = elementOf('blockquote', [inner]);
    contentBody(deep).push([inner]);
    expect(textsOf(deep)).toEqual([]);
    const long = textsOf(contentOf(['word '.repeat(5000)]));
    expect(long.length).toBeGreaterThan(10);
    for (const text of long) expect(text.length).toBeLessThanOrEqual(MAX_SENTENCE_LENGTH);
    expect(long.join(' ')).toBe('word '.repeat(5000).trim());
    expect(readSentences(contentOf(['word '.repeat(5000)]), 24_999)).toBe(undefined);
    const odd = contentOf([]);
    const embed = new Y.XmlText();
    embed.insertEmbed(0, { image: 'x' });
    embed.insert(1, 'After \ud83d an embed.');
    contentBody(odd).push([elementOf('mention', []), elementOf('unknown', [embed])]);
    expect(textsOf(odd)).toEqual(['After \ufffd an embed.']);
  });
});
