/** A `content` document with one paragraph for each line, as the editor writes them: for tests of what reads documents. */
import { contentBody } from '@vicinal/shared/room/documents.ts';
import * as Y from 'yjs';

export function contentOf(lines: readonly string[], nodeName = 'paragraph'): Y.Doc {
  const doc = new Y.Doc({ gc: false });
  doc.clientID = 7;
  contentBody(doc).push(lines.map((line) => elementOf(nodeName, [new Y.XmlText(line)])));
  return doc;
}

export function elementOf(nodeName: string, children: readonly (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
  const element = new Y.XmlElement(nodeName);
  element.insert(0, [...children]);
  return element;
}
