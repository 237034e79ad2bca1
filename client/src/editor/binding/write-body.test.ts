import { getSchema } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { schemaExtensions } from './extensions.ts';
import { placeAt, positionOf } from './positions.ts';
import { readBody, UnsupportedContent, type NodeMapping } from './read-body.ts';
import { writeChildren } from './write-body.ts';

const schema = getSchema(schemaExtensions);

interface Peer {
  readonly doc: Y.Doc;
  readonly body: Y.XmlFragment;
  readonly mapping: NodeMapping;
}

function createPeer(clientID: number): Peer {
  const doc = new Y.Doc();
  doc.clientID = clientID;
  return { doc, body: contentBody(doc), mapping: new Map() };
}

const show = ({ body, mapping }: Peer): Node => schema.topNodeType.create(null, readBody(body, schema, mapping));

function edit(peer: Peer, wanted: Node): void {
  peer.doc.transact(() => writeChildren(peer.body, wanted, peer.mapping));
}

/** As the binding does when a change arrives. */
function receive(to: Peer, from: Peer): void {
  const forget = (_: unknown, transaction: Y.Transaction) => {
    for (const type of transaction.changed.keys()) to.mapping.delete(type);
    for (const type of transaction.changedParentTypes.keys()) to.mapping.delete(type);
  };
  to.body.observeDeep(forget);
  Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)), 'remote');
  to.body.unobserveDeep(forget);
}

function insertRaggedTable(body: Y.XmlFragment): void {
  const row = (length: number) => {
    const out = new Y.XmlElement('tableRow');
    const cells = Array.from({ length }, () => new Y.XmlElement('tableCell'));
    for (const cell of cells) cell.insert(0, [new Y.XmlElement('paragraph')]);
    out.insert(0, cells);
    return out;
  };
  const table = new Y.XmlElement('table');
  table.insert(0, [row(400), ...Array.from({ length: 400 }, () => row(1))]);
  body.insert(0, [table]);
}

const json = (node: Node): unknown => node.toJSON();
const p = (text: string): object => ({
  type: 'paragraph',
  ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
});
const docOf = (...content: readonly object[]): Node => schema.nodeFromJSON({ type: 'doc', content });

const marks = fc
  .uniqueArray(fc.constantFrom('bold', 'italic', 'underline', 'strike', 'link'), { maxLength: 3 })
  .map((names) =>
    names.map((type) => (type === 'link' ? { type, attrs: { href: 'https://example.org/a' } } : { type })),
  );
const text = fc.record({
  type: fc.constant('text'),
  text: fc.constantFrom('a', 'aa', 'aba', 'b ', 'word', '👩🏽‍🚀', 'é', '👍👎'),
  marks: fc.oneof(marks, fc.constant([{ type: 'code' }]), fc.constant([])),
});
const inline = fc.array(fc.oneof({ weight: 4, arbitrary: text }, fc.constant({ type: 'hardBreak' })), { maxLength: 4 });
const block: fc.Arbitrary<object> = fc.letrec((tie) => ({
  paragraph: fc.record({ type: fc.constant('paragraph'), content: inline }),
  leafBlock: fc.oneof(
    tie('paragraph'),
    fc.record({ type: fc.constant('heading'), attrs: fc.record({ level: fc.constantFrom(1, 2, 3) }), content: inline }),
    fc.constant({ type: 'horizontalRule' }),
    fc.record({
      type: fc.constant('codeBlock'),
      attrs: fc.record({ language: fc.constantFrom(null, 'ts') }),
      content: fc.array(fc.record({ type: fc.constant('text'), text: fc.constantFrom('x = 1', '\n') }), {
        maxLength: 2,
      }),
    }),
  ),
  item: fc
    .tuple(tie('paragraph'), fc.array(tie('leafBlock'), { maxLength: 1 }))
    .map(([first, rest]) => [first, ...(rest as object[])]),
  block: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: tie('leafBlock') },
    fc.array(tie('block'), { minLength: 1, maxLength: 2 }).map((content) => ({ type: 'blockquote', content })),
    fc
      .array(tie('item'), { minLength: 1, maxLength: 3 })
      .map((items) => ({ type: 'bulletList', content: items.map((content) => ({ type: 'listItem', content })) })),
    fc.array(tie('item'), { minLength: 1, maxLength: 2 }).map((items) => ({
      type: 'orderedList',
      attrs: { start: 3, type: null },
      content: items.map((content) => ({ type: 'listItem', content })),
    })),
    fc.array(fc.tuple(tie('item'), fc.boolean()), { minLength: 1, maxLength: 2 }).map((items) => ({
      type: 'taskList',
      content: items.map(([content, checked]) => ({ type: 'taskItem', attrs: { checked }, content })),
    })),
    fc.record({
      type: fc.constant('image'),
      attrs: fc.record({
        src: fc.constantFrom(
          null,
          'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
        ),
        alt: fc.constantFrom(null, 'a dot'),
      }),
    }),
    fc
      .array(fc.array(fc.tuple(tie('paragraph'), fc.boolean()), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
      .map((rows) => ({
        type: 'table',
        content: rows.map((cells) => ({
          type: 'tableRow',
          content: cells.map(([content, isHeader]) => ({
            type: isHeader ? 'tableHeader' : 'tableCell',
            content: [content],
          })),
        })),
      })),
  ),
})).block as fc.Arbitrary<object>; // letrec cannot infer the union of its own members
const documents = fc.array(block, { minLength: 1, maxLength: 5 }).map((content) => docOf(...content));

/** A document that shares blocks, by identity, with another: what an edit leaves. */
const editOf = (before: Node) =>
  fc.tuple(documents, fc.array(fc.nat(20), { maxLength: 6 })).map(([other, picks]) => {
    const pool = [...before.children, ...other.children];
    const chosen = picks.map((i) => pool[i % pool.length]).filter((node) => node !== undefined);
    return chosen.length === 0 ? other : schema.topNodeType.create(null, chosen);
  });

describe('writing an edit', () => {
  it('stores what is shown, and reads it back the same with and without a mapping', () => {
    const pairs = documents.chain((first) => fc.tuple(fc.constant(first), editOf(first)));
    fc.assert(
      fc.property(pairs, ([first, second]) => {
        const peer = createPeer(1);
        edit(peer, first);
        expect(json(show(peer))).toEqual(json(first));
        edit(peer, second);
        expect(json(show(peer))).toEqual(json(second));
        expect(json(show({ ...peer, mapping: new Map() }))).toEqual(json(second));
        const other = createPeer(2);
        receive(other, peer);
        expect(json(show(other))).toEqual(json(second));
      }),
      { numRuns: 300 },
    );
  });

  it('writes nothing when nothing differs', () => {
    fc.assert(
      fc.property(documents, (wanted) => {
        const peer = createPeer(1);
        edit(peer, wanted);
        let updates = 0;
        peer.doc.on('update', () => updates++);
        edit(peer, schema.nodeFromJSON(wanted.toJSON()));
        edit(peer, show(peer));
        expect(updates).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('converges after concurrent edits on three peers, and keeps every view readable', () => {
    const rounds = documents.chain((first) =>
      fc.tuple(fc.constant(first), fc.array(fc.tuple(editOf(first), editOf(first), editOf(first)), { maxLength: 2 })),
    );
    fc.assert(
      fc.property(rounds, ([first, edits]) => {
        const peers = [createPeer(1), createPeer(2), createPeer(3)] as const;
        edit(peers[0], first);
        for (const to of peers) receive(to, peers[0]);
        for (const wanted of edits) {
          peers.forEach((peer, i) => edit(peer, wanted[i] ?? first));
          for (const to of peers) for (const from of peers) receive(to, from);
        }
        const shown = peers.map((peer) => json(show(peer)));
        expect(shown[1]).toEqual(shown[0]);
        expect(shown[2]).toEqual(shown[0]);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps both words once when two people begin the same empty paragraph and go on writing', () => {
    const [a, b] = [createPeer(1), createPeer(2)] as const;
    edit(a, docOf(p('')));
    receive(b, a);
    edit(a, docOf(p('one')));
    edit(b, docOf(p('two')));
    receive(a, b);
    receive(b, a);
    const joined = show(a).textContent;
    expect([...joined.matchAll(/one|two/g)]).toHaveLength(2);
    edit(a, docOf(p(`A${joined}`)));
    edit(b, docOf(p(`${joined}B`)));
    receive(a, b);
    receive(b, a);
    expect(show(a).textContent).toBe(`A${joined}B`);
    expect(json(show(b))).toEqual(json(show(a)));
  });

  it('keeps what another person types into a block that moved around it', () => {
    const [a, b] = [createPeer(1), createPeer(2)] as const;
    edit(a, docOf(p('first'), p('second'), p('third')));
    receive(b, a);
    const [x, y, z] = show(a).children;
    if (!x || !y || !z) throw new TypeError('three paragraphs were written');
    edit(a, schema.topNodeType.create(null, [y, z, x]));
    edit(b, docOf(p('first'), p('second, edited'), p('third')));
    receive(a, b);
    expect(show(a).children.map((node) => node.textContent)).toEqual(['second, edited', 'third', 'first']);
  });

  it('keeps what another person types into a paragraph that is being emptied', () => {
    const [a, b] = [createPeer(1), createPeer(2)] as const;
    edit(a, docOf(p('old'), p('rest')));
    receive(b, a);
    edit(a, docOf(p(''), p('rest')));
    edit(b, docOf(p('old and new'), p('rest')));
    receive(a, b);
    receive(b, a);
    expect(show(a).firstChild?.textContent).toBe(' and new');
    edit(a, docOf(p(''), p('rest')));
    edit(a, docOf(p('again'), p('rest')));
    receive(b, a);
    expect(show(b).firstChild?.textContent).toBe('again');
  });

  it('writes one short insertion for one typed letter', () => {
    const peer = createPeer(1);
    edit(peer, docOf(p('some words'), p('more words')));
    const sizes: number[] = [];
    peer.doc.on('update', (update: Uint8Array) => sizes.push(update.length));
    const [first] = show(peer).children;
    if (!first) throw new TypeError('two paragraphs were written');
    edit(peer, schema.topNodeType.create(null, [first, schema.nodeFromJSON(p('more wordss'))]));
    expect(sizes).toHaveLength(1);
    expect(sizes[0]).toBeLessThan(30);
  });

  it('never splits a surrogate pair', () => {
    const peer = createPeer(1);
    for (const words of ['👍', '👎', '👍👎', '👍👍👎', '👎👍', 'x👎y']) {
      edit(peer, docOf(p(words)));
      expect(show(peer).textContent).toBe(words);
      const copy = createPeer(2);
      receive(copy, peer);
      expect(show(copy).textContent).toBe(words);
    }
  });
});

describe('places', () => {
  it('lead back to the position they were made from', () => {
    fc.assert(
      fc.property(documents, (wanted) => {
        const peer = createPeer(1);
        edit(peer, wanted);
        const shown = show(peer);
        for (let position = 0; position <= shown.content.size; position++) {
          const place = placeAt(position, shown, peer.body, peer.mapping);
          expect(place && positionOf(place, peer.body, peer.mapping)).toBe(position);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('reading', () => {
  const cases: readonly (readonly [string, (body: Y.XmlFragment) => void])[] = [
    ['an unknown node', (body) => body.insert(0, [new Y.XmlElement('diagram')])],
    ['a node named like an object member', (body) => body.insert(0, [new Y.XmlElement('constructor')])],
    ['an unknown mark', (body) => insertText(body, { highlight: {} })],
    ['an unknown attribute', (body) => insertElement(body, 'paragraph', 'align', 'left')],
    ['a list item outside a list', (body) => body.insert(0, [new Y.XmlElement('listItem')])],
    ['text outside a block', (body) => body.insert(0, [new Y.XmlText('loose')])],
    ['nesting beyond the limit', nest],
    ['a table that would be too large with even rows', insertRaggedTable],
  ];
  it.each(cases)('refuses %s without writing', (_, build) => {
    const peer = createPeer(1);
    build(peer.body);
    let updates = 0;
    peer.doc.on('update', () => updates++);
    expect(() => show(peer)).toThrow(UnsupportedContent);
    expect(updates).toBe(0);
  });

  it('shows an empty document as one empty paragraph and stores nothing', () => {
    const peer = createPeer(1);
    expect(json(show(peer))).toEqual(json(docOf(p(''))));
    expect(Y.encodeStateAsUpdate(peer.doc)).toHaveLength(2);
  });

  it('fills an item that lost its paragraph in the view alone', () => {
    const peer = createPeer(1);
    const list = new Y.XmlElement('bulletList');
    list.insert(0, [new Y.XmlElement('listItem')]);
    peer.body.insert(0, [list]);
    const before = Y.encodeStateAsUpdate(peer.doc);
    expect(show(peer).firstChild?.firstChild?.childCount).toBe(1);
    expect(Y.encodeStateAsUpdate(peer.doc)).toEqual(before);
  });

  it('replaces hostile attribute values and drops unsafe links', () => {
    const peer = createPeer(1);
    insertElement(peer.body, 'heading', 'level', 99);
    insertText(peer.body, { link: { href: 'javascript:alert(1)' } });
    const shown = show(peer);
    expect(shown.toJSON()).toMatchObject({
      content: [{ type: 'paragraph', content: [{ text: 'x' }] }, { attrs: { level: 1 } }],
    });
    expect(JSON.stringify(shown.toJSON())).not.toContain('javascript');
  });
});

function insertText(body: Y.XmlFragment, attributes: Record<string, object>): void {
  const paragraph = new Y.XmlElement('paragraph');
  const words = new Y.XmlText();
  words.insert(0, 'x', attributes);
  paragraph.insert(0, [words]);
  body.insert(0, [paragraph]);
}

function insertElement(body: Y.XmlFragment, name: string, key: string, value: unknown): void {
  const element = new Y.XmlElement(name);
  element.setAttribute(key, value as string); // hostile peers set any type
  body.insert(0, [element]);
}

function nest(body: Y.XmlFragment): void {
  let parent: Y.XmlFragment = body;
  for (let i = 0; i < 101; i++) {
    const quote = new Y.XmlElement('blockquote');
    parent.insert(0, [quote]);
    parent = quote;
  }
}
