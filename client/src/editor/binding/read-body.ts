/** Yjs tree → ProseMirror nodes, without ever writing: what does not fit the schema is filled in the view alone. */
import { Fragment, type Mark, type Node, type NodeType, type Schema } from '@tiptap/pm/model';
import * as Y from 'yjs';
import { isSafeImageSource, readAlt } from '@vicinal/shared/room/html-images.ts';
import { isSafeUrl, MAX_NODE_DEPTH } from '@vicinal/shared/room/html.ts';
import { readMentionId, readMentionLabel, readMentionUser } from '@vicinal/shared/room/mention.ts';

/** Each Y element with the node that stands for it in the view. Kept in step by reader and writer. */
export type NodeMapping = Map<object, Node>;

/** Several times what a table may grow to, for people who add to one at the same time. */
const MAX_TABLE_CELLS = 100_000;

/** The stored tree holds something this code cannot show in an editor without damaging it. */
export class UnsupportedContent extends Error {
  override readonly name = 'UnsupportedContent';
}

/** Whether the whole tree can be bound to an editor. Reads only. */
export function isSupported(body: Y.XmlFragment, schema: Schema): boolean {
  try {
    readBody(body, schema, new Map());
    return true;
  } catch (error) {
    if (error instanceof UnsupportedContent) return false;
    throw error;
  }
}

/**
 * The top-level nodes of `body`; never empty. Elements found in `mapping` are taken from it, the others are read and
 * entered. Throws {@link UnsupportedContent}.
 */
export function readBody(body: Y.XmlFragment, schema: Schema, mapping: NodeMapping): readonly Node[] {
  const children: Node[] = [];
  for (const child of body.toArray()) {
    if (!(child instanceof Y.XmlElement)) throw new UnsupportedContent('text outside a block');
    children.push(readElement(child, schema, mapping, 1));
  }
  const top = schema.topNodeType;
  if (children.length === 0) {
    const filled = top.createAndFill();
    if (!filled) throw new UnsupportedContent('empty document');
    return filled.children;
  }
  if (!top.validContent(Fragment.fromArray(children))) throw new UnsupportedContent('misplaced block');
  return children;
}

function readElement(element: Y.XmlElement, schema: Schema, mapping: NodeMapping, depth: number): Node {
  const known = mapping.get(element);
  if (known) return known;
  if (depth > MAX_NODE_DEPTH) throw new UnsupportedContent('too deep');
  const type = Object.hasOwn(schema.nodes, element.nodeName) ? schema.nodes[element.nodeName] : undefined;
  if (!type || type === schema.topNodeType || type.isText) throw new UnsupportedContent('unknown node');
  if (type.name === 'table' && cellsOf(element) > MAX_TABLE_CELLS) throw new UnsupportedContent('table too large');
  const attributes = readAttributes(type, element);
  const children: Node[] = [];
  for (const child of element.toArray()) {
    if (child instanceof Y.XmlElement) children.push(readElement(child, schema, mapping, depth + 1));
    else if (child instanceof Y.XmlText) children.push(...readText(child, type, schema));
    else throw new UnsupportedContent('unknown child');
  }
  const content = Fragment.fromArray(children);
  // concurrent edits can leave an item without its paragraph: filled here, written only with a person's next edit of it
  const node = type.validContent(content) ? type.create(attributes, content) : type.createAndFill(attributes, content);
  if (!node) throw new UnsupportedContent('invalid content');
  mapping.set(element, node);
  return node;
}

/** Places of a table once its rows are even, which is what the editor keeps room for. */
function cellsOf(table: Y.XmlElement): number {
  let width = 0;
  for (const row of table.toArray()) if (row instanceof Y.XmlElement) width = Math.max(width, row.length);
  return width * table.length;
}

function readText(text: Y.XmlText, parent: NodeType, schema: Schema): Node[] {
  // Y.Text promises an array of { insert, attributes? } from toDelta
  const delta = text.toDelta() as readonly {
    readonly insert: unknown;
    readonly attributes?: Record<string, unknown>;
  }[];
  return delta.map(({ insert, attributes = {} }) => {
    if (typeof insert !== 'string') throw new UnsupportedContent('embedded object');
    const marks: Mark[] = [];
    for (const [name, value] of Object.entries(attributes)) {
      const mark = readMark(name, value, schema);
      if (mark && parent.allowsMarkType(mark.type)) marks.push(mark);
    }
    // Mark.setFrom sorts; addToSet resolves exclusions (code excludes the others)
    return schema.text(
      insert,
      marks.reduce<readonly Mark[]>((set, mark) => mark.addToSet(set), []),
    );
  });
}

function readMark(name: string, value: unknown, schema: Schema): Mark | undefined {
  const type = Object.hasOwn(schema.marks, name) ? schema.marks[name] : undefined;
  if (!type) throw new UnsupportedContent('unknown mark');
  const known = Object.keys(type.spec.attrs ?? {});
  const attributes = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  for (const key of attributes.keys()) if (!known.includes(key)) throw new UnsupportedContent('unknown mark attribute');
  if (name !== 'link') return type.create();
  const href = attributes.get('href');
  return typeof href === 'string' && isSafeUrl(href) ? type.create({ href }) : undefined;
}

function readAttributes(type: NodeType, element: Y.XmlElement): Record<string, unknown> {
  const known = type.spec.attrs ?? {};
  const attributes: Record<string, unknown> = {};
  // the Y.XmlElement type says string; remote values can be anything
  for (const [key, value] of Object.entries(element.getAttributes() as Record<string, unknown>)) {
    if (!Object.hasOwn(known, key)) throw new UnsupportedContent('unknown attribute');
    const read = ATTRIBUTE_READERS[`${type.name}.${key}`];
    if (!read) throw new UnsupportedContent('unreadable attribute');
    const safe = read(value);
    if (safe !== undefined) attributes[key] = safe;
  }
  return attributes;
}

const LIST_STYLES: readonly unknown[] = ['1', 'a', 'A', 'i', 'I'];

/** `undefined` stands for the schema's default. Every attribute that is stored is listed. */
const ATTRIBUTE_READERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  'heading.level': (value) => (value === 1 || value === 2 || value === 3 ? value : undefined),
  'orderedList.start': (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e9 ? value : undefined,
  'orderedList.type': (value) => (LIST_STYLES.includes(value) ? value : undefined),
  'taskItem.checked': (value) => (typeof value === 'boolean' ? value : undefined),
  'codeBlock.language': (value) => (typeof value === 'string' && /^[\w+#.-]{1,32}$/.test(value) ? value : undefined),
  'image.src': (value) => (isSafeImageSource(value) ? value : undefined),
  'image.alt': (value) => readAlt(value) || undefined,
  'mention.user': readMentionUser,
  'mention.label': (value) => readMentionLabel(value) || undefined,
  'mention.id': readMentionId,
};

/** Names of the attributes that {@link readBody} accepts, as `node.attribute`. */
export const READABLE_ATTRIBUTES: readonly string[] = Object.keys(ATTRIBUTE_READERS);
