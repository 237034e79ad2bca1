/**
 * Edits made at the same time → edits one after the other. Each writer gets a plain Y.Text that holds exactly what its
 * edit was made on; merging them in the order of the file tells where each edit falls in the text of all. The traces
 * never insert twice at one place at a time, so any merge of text gives the same.
 */
import * as Y from 'yjs';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { Patch, TraceStep } from './trace.ts';

export interface ConcurrentStep extends TraceStep {
  readonly writer: number;
  /** Indices of the steps that this one was made after; what they were made after counts too. */
  readonly parents: readonly number[];
}

interface Writer {
  readonly doc: Y.Doc;
  /** How many steps of each writer it holds: those of one writer are made one after the other. */
  readonly seen: number[];
  /** Indices of its own steps. */
  readonly steps: number[];
}

export function linearise(steps: readonly ConcurrentStep[]): Result<readonly TraceStep[], string> {
  const all = new Y.Doc({ gc: false });
  all.getText('text');
  const writers = new Map<number, Writer>();
  const writerOf = (id: number): Writer => {
    const known = writers.get(id);
    if (known) return known;
    const writer: Writer = { doc: new Y.Doc({ gc: false }), seen: [], steps: [] };
    writer.doc.clientID = id + 1;
    writers.set(id, writer);
    return writer;
  };
  /** Steps of each writer that a step comes after, itself included. */
  const pasts: number[][] = [];
  const updates: (readonly Uint8Array[])[] = [];
  const out: TraceStep[] = [];
  for (const [i, { writer: id, parents, at, patches }] of steps.entries()) {
    const writer = writerOf(id);
    const past: number[] = [];
    for (const parent of parents) {
      const theirs = pasts[parent];
      if (theirs === undefined) return err(`transaction ${i} comes after one that is not there yet`);
      for (const [other, count] of theirs.entries()) past[other] = Math.max(past[other] ?? 0, count ?? 0);
    }
    if ((past[id] ?? 0) !== writer.steps.length)
      return err(`transaction ${i} was made at the same time as another of its writer`);
    const lacking: number[] = [];
    for (const [other, count] of past.entries()) {
      if (other === id || count === undefined) continue;
      lacking.push(...writerOf(other).steps.slice(writer.seen[other] ?? 0, count));
      writer.seen[other] = Math.max(writer.seen[other] ?? 0, count);
    }
    // in the order of the file nothing waits for what it builds on
    for (const step of lacking.toSorted((a, b) => a - b))
      for (const update of updates[step] ?? []) Y.applyUpdate(writer.doc, update);
    const own: Uint8Array[] = [];
    const made: Patch[] = [];
    for (const [index, deleted, inserted] of patches) {
      if (index + deleted > writer.doc.getText('text').length) return err(`transaction ${i} edits outside the text`);
      made.push(...deletionsIn(all, writer.doc, index, deleted));
      const clock = Y.getState(writer.doc.store, writer.doc.clientID);
      const keep = (update: Uint8Array): void => void own.push(update);
      writer.doc.on('update', keep);
      writer.doc.transact(() => applyPatch(writer.doc.getText('text'), [index, deleted, inserted]));
      writer.doc.off('update', keep);
      const latest = own.at(-1);
      if (latest && (deleted > 0 || inserted !== '')) Y.applyUpdate(all, latest);
      if (inserted !== '') made.push([indexIn(all, Y.createID(writer.doc.clientID, clock)), 0, inserted]);
    }
    updates.push(own);
    writer.steps.push(i);
    past[id] = writer.steps.length;
    pasts.push(past);
    out.push({ at, patches: made });
  }
  for (const { doc } of writers.values()) doc.destroy();
  all.destroy();
  return ok(out);
}

function applyPatch(text: Y.Text, [index, deleted, inserted]: Patch): void {
  if (deleted > 0) text.delete(index, deleted);
  if (inserted !== '') text.insert(index, inserted);
}

/** Where the text of all has a character, which may be deleted there. */
function indexIn(all: Y.Doc, id: Y.ID): number {
  const place = Y.createAbsolutePositionFromRelativePosition(new Y.RelativePosition(null, 'text', id), all);
  if (place === null) throw new TypeError('merged text lacks a character of its writer');
  return place.index;
}

/** A deletion in one writer's text as deletions of what is still there in the text of all, the last first. */
function deletionsIn(all: Y.Doc, doc: Y.Doc, index: number, deleted: number): readonly Patch[] {
  const patches: Patch[] = [];
  for (let i = index + deleted - 1; i >= index; i--) {
    const id = Y.createRelativePositionFromTypeIndex(doc.getText('text'), i).item;
    if (id && !Y.getItem(all.store, id).deleted) patches.push([indexIn(all, id), 1, '']);
  }
  return patches;
}
