import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { createTestDocument, pull, syncAll } from '../testing/test-document.ts';
import { toHex } from '../bytes.ts';
import { contentBody } from '../room/documents.ts';

const write = (ydoc: Y.Doc, text: string): void => {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  contentBody(ydoc).push([paragraph]);
};

describe('replica', () => {
  it('LOG-20: local transactions become signed entries that another replica applies', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    write(ada.replica.ydoc, 'hello');
    await pull(ada, ben);
    expect(contentBody(ben.replica.ydoc).toString()).toBe('<paragraph>hello</paragraph>');
    write(ben.replica.ydoc, 'world');
    await syncAll([ada, ben]);
    expect(contentBody(ada.replica.ydoc).toString()).toBe('<paragraph>hello</paragraph><paragraph>world</paragraph>');
    expect(toHex(ada.replica.digest())).toBe(toHex(ben.replica.digest()));
  });
});
