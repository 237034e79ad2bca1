import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { createBodyUndo, MAX_UNDO_STEPS } from './undo.ts';

const origin = { editor: 'test' };

function create(canWrite = () => true) {
  const doc = new Y.Doc();
  const body = contentBody(doc);
  const undo = createBodyUndo({ body, origin }, canWrite);
  const write = (edit: () => void) => {
    doc.transact(edit, origin);
    undo.endStep();
  };
  return { doc, body, undo, write };
}

describe('undo', () => {
  it('EDIT-5: keeps the last 200 steps and lets go of what older ones removed', () => {
    const { doc, body, undo, write } = create();
    const extra = 20;
    for (let i = 0; i < MAX_UNDO_STEPS + extra; i++) {
      write(() => {
        body.delete(0, body.length);
        body.insert(0, [new Y.XmlElement(`step${i}`)]);
      });
    }
    let kept = 0;
    for (const struct of doc.store.clients.get(doc.clientID) ?? [])
      if (struct instanceof Y.Item && struct.deleted && struct.keep) kept++;
    expect(kept).toBe(MAX_UNDO_STEPS);
    for (let i = 0; i < MAX_UNDO_STEPS; i++) undo.undo();
    expect(undo.canUndo).toBe(false);
    expect(body.toJSON()).toBe(`<step${extra - 1}></step${extra - 1}>`);
  });

  it('EDIT-5: leaves what others wrote, in the same place too', () => {
    const { doc, body, undo, write } = create();
    const words = new Y.XmlText();
    write(() => body.insert(0, [words]));
    write(() => words.insert(0, 'mine'));
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    const theirs = contentBody(other).get(0);
    if (!(theirs instanceof Y.XmlText)) throw new TypeError('text was written');
    theirs.insert(2, 'THEIRS');
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote');
    undo.undo();
    undo.undo();
    expect(body.toJSON()).toBe('THEIRS');
    undo.redo();
    expect(body.toJSON()).toContain('THEIRS');
    expect(body.toJSON().replace('THEIRS', '')).toBe('mine');
  });

  it.each(['heading', 'codeBlock', 'blockquote', 'paragraph'])(
    'EDIT-5: taking back a %s keeps what another person wrote inside',
    (name) => {
      const { doc, body, undo, write } = create();
      write(() => {
        const block = new Y.XmlElement(name);
        block.insert(0, [new Y.XmlText('mine')]);
        body.insert(0, [block]);
      });
      const other = new Y.Doc();
      Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
      const theirs = contentBody(other).get(0);
      if (!(theirs instanceof Y.XmlElement)) throw new TypeError('a block was written');
      const words = theirs.get(0);
      if (!(words instanceof Y.XmlText)) throw new TypeError('text was written');
      words.insert(4, ' THEIRS');
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote');
      undo.undo();
      expect(body.toJSON()).toContain('THEIRS');
      expect(body.toJSON()).not.toContain('mine');
    },
  );

  it('does nothing while writing is not allowed', () => {
    let canWrite = true;
    const { body, undo, write } = create(() => canWrite);
    write(() => body.insert(0, [new Y.XmlElement('paragraph')]));
    canWrite = false;
    undo.undo();
    expect(body.length).toBe(1);
  });

  it('leaves no listener on the document', () => {
    const { doc, undo, write, body } = create();
    write(() => body.insert(0, [new Y.XmlElement('paragraph')]));
    let updates = 0;
    doc.on('update', () => updates++);
    undo.close();
    expect(updates).toBe(0);
    expect(doc._observers.get('destroy')?.size ?? 0).toBe(0);
    expect(doc._observers.get('afterTransaction')?.size ?? 0).toBe(0);
  });
});
