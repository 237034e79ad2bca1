/** The places a result names, as a peer wrote them. */
import * as Y from 'yjs';
import { fromBase64Url } from '@vicinal/shared/bytes.ts';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import { parsePlace } from '../editor/binding/positions.ts';
import type { Passage } from '../editor/tools/source-mark.ts';

/** `undefined` for what is no place in the text. */
export function passageOf(source: JobSource): Passage | undefined {
  const start = readPlace(source.start);
  const end = readPlace(source.end);
  return start && end ? { start, end, text: source.text } : undefined;
}

function readPlace(encoded: string): Y.RelativePosition | undefined {
  const bytes = fromBase64Url(encoded);
  if (bytes === undefined) return undefined;
  try {
    // through the checks that carets go through: naming another root would create it
    return parsePlace(Y.relativePositionToJSON(Y.decodeRelativePosition(bytes)));
  } catch {
    return undefined; // bytes of something else
  }
}
