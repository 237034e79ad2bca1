/**
 * Makes one struct of letters that were typed one after the other, as Yjs itself does once they stand in a document:
 * merging updates alone keeps a struct for each (yjs 13.6 `mergeUpdates`).
 */
import * as encoding from 'lib0/encoding';
import { ByteReader } from './byte-reader.ts';
import type { LogLimits } from './limits.ts';
import { readUpdateStructs } from './update-structs.ts';
import type { StructId, UpdateStruct } from './update-structs.ts';

/**
 * An update with the same effect as `update`, a V1 update of one client that nobody else has seen any part of; `update`
 * itself when there is nothing to join. Each letter but the first of a run must have the one before as its origin and the
 * same right origin: then nothing stood between them, and nothing can come between them before this update does.
 */
export function joinTyped(update: Uint8Array, limits: LogLimits): Uint8Array {
  const contents = readUpdateStructs(update, { ...limits, maxEntryBytes: Infinity, maxStructs: Infinity });
  const section = contents.ok && contents.value.sections.length === 1 ? contents.value.sections[0] : undefined;
  const last = section?.structs.at(-1);
  if (!section || !last) return update;
  const runs = runsOf(section.structs);
  if (runs.length === section.structs.length) return update;
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint(encoder, runs.length);
  encoding.writeVarUint(encoder, section.client);
  encoding.writeVarUint(encoder, section.structs[0]?.clock ?? 0);
  for (const run of runs) {
    const [first] = run;
    if (first === undefined) continue;
    encoding.writeUint8Array(encoder, update.subarray(first.start, run.length === 1 ? first.end : first.contentStart));
    if (run.length > 1) encoding.writeVarString(encoder, run.map((struct) => textOf(update, struct)).join(''));
  }
  encoding.writeUint8Array(encoder, update.subarray(last.end)); // deletions, which name letters and not structs
  return encoding.toUint8Array(encoder);
}

function runsOf(structs: readonly UpdateStruct[]): readonly (readonly UpdateStruct[])[] {
  const runs: UpdateStruct[][] = [];
  for (const struct of structs) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && follows(before, struct)) run.push(struct);
    else runs.push([struct]);
  }
  return runs;
}

const follows = (before: UpdateStruct, struct: UpdateStruct): boolean =>
  before.content === 'string' &&
  struct.content === 'string' &&
  struct.origin?.client === struct.client &&
  struct.origin.clock === before.clock + before.length - 1 &&
  isSameId(struct.rightOrigin, before.rightOrigin);

const isSameId = (a: StructId | undefined, b: StructId | undefined): boolean =>
  a?.client === b?.client && a?.clock === b?.clock;

const textOf = (update: Uint8Array, { contentStart, end }: UpdateStruct): string =>
  new ByteReader(update.subarray(contentStart, end)).varString();
