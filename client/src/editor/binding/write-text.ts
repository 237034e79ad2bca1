/** Edits a run of neighbouring Y.XmlText so that it reads as the given segments, touching only what differs. */
import type * as Y from 'yjs';

export interface Segment {
  readonly insert: string;
  /** Marks by name; the value holds the mark's attributes. */
  readonly attributes: Readonly<Record<string, object>>;
}

export function writeText(run: readonly Y.XmlText[], segments: readonly Segment[]): void {
  const before = run.map((text) => plainText(text)).join('');
  const after = segments.map(({ insert }) => insert).join('');
  const { index, removed, inserted } = difference(before, after);
  if (removed > 0) deleteRange(run, index, removed);
  if (inserted > 0) insertRange(run, index, slice(segments, index, index + inserted));
  writeMarks(run, segments);
}

/** Bounds of the one changed region, never inside a surrogate pair. */
export function difference(before: string, after: string): { index: number; removed: number; inserted: number } {
  const shortest = Math.min(before.length, after.length);
  let left = 0;
  while (left < shortest && before.charCodeAt(left) === after.charCodeAt(left)) left++;
  if (left > 0 && isHighSurrogate(before.charCodeAt(left - 1))) left--;
  let right = 0;
  while (
    right < shortest - left &&
    before.charCodeAt(before.length - 1 - right) === after.charCodeAt(after.length - 1 - right)
  ) {
    right++;
  }
  if (right > 0 && isLowSurrogate(before.charCodeAt(before.length - right))) right--;
  return { index: left, removed: before.length - left - right, inserted: after.length - left - right };
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

type Delta = readonly { readonly insert: string; readonly attributes?: Record<string, unknown> }[];
// the reader has refused embedded objects before anything is written
const deltaOf = (text: Y.XmlText): Delta => text.toDelta() as Delta;
const plainText = (text: Y.XmlText): string =>
  deltaOf(text)
    .map(({ insert }) => insert)
    .join('');

function deleteRange(run: readonly Y.XmlText[], index: number, length: number): void {
  let start = 0;
  for (const text of run) {
    const size = text.length;
    const from = Math.max(index, start);
    const to = Math.min(index + length, start + size);
    if (to > from) text.delete(from - start, to - from);
    start += size;
  }
}

function insertRange(run: readonly Y.XmlText[], index: number, segments: readonly Segment[]): void {
  let offset = index;
  // the earliest text that reaches the place, so that typing goes on where it began
  const target = run.find((text) => {
    if (offset <= text.length) return true;
    offset -= text.length;
    return false;
  });
  for (const { insert, attributes } of segments) {
    target?.insert(offset, insert, { ...attributes });
    offset += insert.length;
  }
}

function slice(segments: readonly Segment[], from: number, to: number): Segment[] {
  const out: Segment[] = [];
  let start = 0;
  for (const { insert, attributes } of segments) {
    const part = insert.slice(Math.max(0, from - start), Math.max(0, to - start));
    if (part !== '') out.push({ insert: part, attributes });
    start += insert.length;
  }
  return out;
}

function writeMarks(run: readonly Y.XmlText[], segments: readonly Segment[]): void {
  let start = 0;
  for (const text of run) {
    let offset = 0;
    const edits: { index: number; length: number; attributes: Record<string, object | null> }[] = [];
    for (const { insert, attributes = {} } of deltaOf(text)) {
      for (const wanted of slice(segments, start + offset, start + offset + insert.length)) {
        const change = markChange(attributes, wanted.attributes);
        if (change) edits.push({ index: offset, length: wanted.insert.length, attributes: change });
        offset += wanted.insert.length;
      }
    }
    for (const { index, length, attributes } of edits) text.format(index, length, attributes);
    start += offset;
  }
}

function markChange(
  stored: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, object>>,
): Record<string, object | null> | undefined {
  const change: Record<string, object | null> = {};
  for (const name of Object.keys(stored)) if (!Object.hasOwn(wanted, name)) change[name] = null;
  for (const [name, value] of Object.entries(wanted)) {
    if (!isEqual(stored[name], value)) change[name] = value;
  }
  return Object.keys(change).length > 0 ? change : undefined;
}

function isEqual(stored: unknown, wanted: object): boolean {
  if (typeof stored !== 'object' || stored === null) return false;
  const a = Object.entries(stored);
  const b = new Map<string, unknown>(Object.entries(wanted));
  return a.length === b.size && a.every(([key, value]) => b.has(key) && b.get(key) === value);
}
