/** Heads: where every session's log ends. Their hash is what two replicas compare (protocol.md 6). */
import { equalBytes, sha256, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import { encodeHeads } from './envelope.ts';
import { byClientId } from './session.ts';
import type { Head } from './types.ts';

/** SHA-256("vicinal/heads/v1" ‖ heads sorted by client id, as encoded on the wire). */
export const digestOfHeads = (heads: readonly Head[]): Bytes =>
  sha256(utf8('vicinal/heads/v1'), encodeHeads([...heads].sort(byClientId)));

/** Whether a holder of `mine` has everything that `theirs` names, on the same chains as far as can be told. */
export function coversHeads(mine: readonly Head[], theirs: readonly Head[]): boolean {
  const bySession = new Map(mine.map((head) => [head.clientId, head]));
  return theirs.every((head) => {
    const own = bySession.get(head.clientId);
    if (!own || own.seq < head.seq) return false;
    return own.seq > head.seq || equalBytes(own.hash, head.hash);
  });
}
