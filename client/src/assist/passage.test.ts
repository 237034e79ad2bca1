import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { passageOf } from './passage.ts';

const encode = (place: Y.RelativePosition): string => toBase64Url(Y.encodeRelativePosition(place));

describe('places that a result names', () => {
  it('JOB-47: are read back as they were written', () => {
    const doc = new Y.Doc();
    const words = new Y.XmlText('One two.');
    contentBody(doc).insert(0, [words]);
    const start = Y.createRelativePositionFromTypeIndex(words, 4);
    const end = Y.createRelativePositionFromTypeIndex(words, 8, -1);
    const passage = passageOf({ text: 'two.', start: encode(start), end: encode(end) });
    const indexOf = (at: Y.RelativePosition | undefined) =>
      at && Y.createAbsolutePositionFromRelativePosition(at, doc)?.index;
    expect([indexOf(passage?.start), indexOf(passage?.end)]).toEqual([4, 8]);
  });

  it('JOB-47: outside the text are nowhere, and create no root', () => {
    const other = encode(new Y.RelativePosition(null, 'evil', null));
    for (const bad of [other, '', '____', toBase64Url(new Uint8Array([9, 9, 9, 255])), 'ä'])
      expect(passageOf({ text: 'x', start: bad, end: bad })).toBeUndefined();
  });
});
