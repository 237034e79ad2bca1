/** Checkpoints: a document's state signed by an archiver of its room, so that newcomers need not replay (protocol.md 5, 8). */
import * as Y from 'yjs';
import { AppError } from '../app-error.ts';
import { concat, sha256, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import { thumbprint } from '../crypto/device-key.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { WorkspaceId } from '../ids.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { may } from '../roles.ts';
import { encodeCheckpointCore } from './envelope.ts';
import type { LogBook } from './log-book.ts';
import { byClientId } from './session.ts';
import type { Checkpoint, DocAddress, GrantVerifier } from './types.ts';

const DOMAIN = utf8('vicinal/checkpoint/v1');
const messageOf = (checkpoint: Omit<Checkpoint, 'sig'>): Bytes =>
  concat(DOMAIN, sha256(encodeCheckpointCore(checkpoint)));

export interface CheckpointSource {
  readonly address: DocAddress;
  /** Document in which every entry of `book` is applied, and nothing else. */
  readonly ydoc: Y.Doc;
  readonly book: LogBook;
}

/** The state as applied so far: never made by merging updates. `grant` is the archiver's for this room. */
export async function buildCheckpoint(
  source: CheckpointSource,
  archive: { readonly archiveId: Bytes; readonly archiveSeq: number; readonly grant: string },
  signer: DeviceSigner,
): Promise<Checkpoint> {
  const sessions = [...source.book.logs()]
    .filter((log) => log.seq > 0)
    .sort(byClientId)
    .map((log) => ({ header: log.header, seq: log.seq, hash: log.headHash }));
  const unsigned = {
    ...source.address,
    ...archive,
    sessions,
    state: new Uint8Array(Y.encodeStateAsUpdate(source.ydoc)),
    devicePub: signer.publicKey,
  };
  return { ...unsigned, sig: await signer.sign(messageOf(unsigned)) };
}

/** Whether it is signed by its own `devicePub`. That this device may say so is for the caller. */
export const isCheckpointSigned = (checkpoint: Checkpoint, verify: VerifySignature): Promise<boolean> =>
  verify(checkpoint.devicePub, checkpoint.sig, messageOf(checkpoint));

/**
 * Whether an archiver of the room signed it. Errors: 'bad-signature'; 'forbidden' (no archiver of this room);
 * 'not-ready' (its grant cannot be checked yet).
 */
export async function verifyCheckpoint(
  checkpoint: Checkpoint,
  address: DocAddress,
  workspace: WorkspaceId | undefined,
  grants: GrantVerifier,
  verify: VerifySignature,
): Promise<Result<undefined, AppError>> {
  if (checkpoint.room !== address.room || checkpoint.doc !== address.doc || checkpoint.gen !== address.gen) {
    return err(new AppError('forbidden', 'another document'));
  }
  if (!(await isCheckpointSigned(checkpoint, verify))) return err(new AppError('bad-signature', 'checkpoint'));
  const claims = await grants.verify(checkpoint.grant);
  if (!claims.ok) return claims.error.code === 'not-ready' ? claims : err(new AppError('forbidden', 'grant'));
  const { cnf, room, role, ws } = claims.value;
  const isOfRoom = room === address.room || (room === '*' && workspace !== undefined && ws === workspace);
  const isAllowed = cnf.jkt === thumbprint(checkpoint.devicePub) && isOfRoom && may(role, 'sign-checkpoint');
  return isAllowed ? ok() : err(new AppError('forbidden', 'not an archiver of this room'));
}
