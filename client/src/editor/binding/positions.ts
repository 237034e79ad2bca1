/** Editor positions ↔ places in the Yjs tree that survive the edits of others. */
import type { Node } from '@tiptap/pm/model';
import * as Y from 'yjs';
import type { NodeMapping } from './read-body.ts';

/** A Yjs relative position in its JSON form. */
export type PlaceJson = Readonly<Record<string, unknown>>;

/** What a place holds on to: it stays behind the letter before it, or ahead of the one after it. */
export type Side = 'before' | 'after';

/** `undefined` when the view shows something there that is not stored yet. */
export function placeAt(
  position: number,
  doc: Node,
  body: Y.XmlFragment,
  mapping: NodeMapping,
  side: Side = 'before',
): Y.RelativePosition | undefined {
  if (position < 0 || position > doc.content.size) return undefined;
  const association = side === 'before' ? -1 : 0;
  let parent: Y.XmlFragment = body;
  let offset = position;
  for (;;) {
    const step = descend(parent, offset, mapping, association);
    if (step instanceof Y.RelativePosition || step === undefined) return step;
    parent = step.element;
    offset = step.offset;
  }
}

function descend(
  parent: Y.XmlFragment,
  offset: number,
  mapping: NodeMapping,
  association: number,
): Y.RelativePosition | { element: Y.XmlElement; offset: number } | undefined {
  let rest = offset;
  let index = 0;
  for (const child of parent.toArray()) {
    if (child instanceof Y.XmlText) {
      if (rest <= child.length) return Y.createRelativePositionFromTypeIndex(child, rest, association);
      rest -= child.length;
    } else if (child instanceof Y.XmlElement) {
      const size = mapping.get(child)?.nodeSize;
      if (size === undefined) return undefined;
      if (rest > 0 && rest < size) return { element: child, offset: rest - 1 };
      if (rest === 0) break;
      rest -= size;
    }
    index++;
  }
  return Y.createRelativePositionFromTypeIndex(parent, index, association);
}

/** `undefined` when the place is unknown here, removed, or not in `body`. Never throws, whatever `place` holds. */
export function positionOf(place: Y.RelativePosition, body: Y.XmlFragment, mapping: NodeMapping): number | undefined {
  try {
    const doc = body.doc;
    if (!doc) return undefined;
    const found = Y.createAbsolutePositionFromRelativePosition(place, doc);
    if (!found) return undefined;
    let type: unknown = found.type;
    let position =
      type instanceof Y.XmlText ? Math.min(found.index, type.length) : sizeBefore(type, found.index, mapping);
    while (type !== body) {
      if (!(type instanceof Y.XmlElement || type instanceof Y.XmlText) || type._item?.deleted !== false)
        return undefined;
      const parent: unknown = type.parent;
      if (!(parent instanceof Y.XmlFragment)) return undefined;
      position += sizeBefore(parent, parent.toArray().indexOf(type), mapping) + (type instanceof Y.XmlElement ? 1 : 0);
      type = parent;
    }
    return Number.isSafeInteger(position) ? position : undefined;
  } catch {
    // a place made by another device may name anything; it is then nowhere
    return undefined;
  }
}

function sizeBefore(parent: unknown, count: number, mapping: NodeMapping): number {
  if (!(parent instanceof Y.XmlFragment) || count < 0) return Number.NaN;
  let size = 0;
  for (const child of parent.toArray().slice(0, count)) {
    size +=
      child instanceof Y.XmlText
        ? child.length
        : ((child instanceof Y.XmlElement ? mapping.get(child)?.nodeSize : undefined) ?? Number.NaN);
  }
  return size;
}

/** Untrusted JSON → place. Only places under the root `body` pass: naming another root would create it. */
export function parsePlace(value: unknown): Y.RelativePosition | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, tname, item, assoc } = value as Record<string, unknown>; // fields are checked one by one
  if (tname !== undefined && tname !== null && tname !== 'body') return undefined;
  const typeId = parseId(type);
  const itemId = parseId(item);
  if (!typeId && !itemId && tname !== 'body') return undefined;
  return new Y.RelativePosition(
    typeId ?? null,
    tname === 'body' ? 'body' : null,
    itemId ?? null,
    assoc === -1 ? -1 : 0,
  );
}

function parseId(value: unknown): Y.ID | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { client, clock } = value as Record<string, unknown>; // fields are checked one by one
  if (typeof client !== 'number' || typeof clock !== 'number') return undefined;
  if (!Number.isSafeInteger(client) || !Number.isSafeInteger(clock) || client < 0 || clock < 0) return undefined;
  return Y.createID(client, clock);
}

export const placeToJson = (place: Y.RelativePosition): PlaceJson => Y.relativePositionToJSON(place) as PlaceJson;
