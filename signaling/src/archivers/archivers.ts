/** Archivers enrol with a one-time code and from then on authenticate with their device key. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { archiverAuthMessage, enrolMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { DeviceId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { checkProofTime, verifyProof } from '../auth/devices.ts';
import { issueArchiverTokens } from '../auth/tickets.ts';
import * as table from '../db/devices.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { hashSecret, randomId, randomCode } from '../random-ids.ts';

/** A code that enrols one archiver, once. Only its hash is kept. */
export async function createEnrolmentCode(
  deps: Pick<Deps, 'database' | 'clock' | 'random' | 'config'>,
  workspace: WorkspaceId,
): Promise<{ code: string; expiresAt: number }> {
  const code = randomCode(deps.random);
  const now = deps.clock.now();
  const expiresAt = now + deps.config.enrolmentCodeTtlMs;
  await table.insertEnrolmentCode(
    deps.database,
    { hash: hashSecret(code), workspace, expiresAt: new Date(expiresAt) },
    new Date(now),
  );
  return { code, expiresAt };
}

/** `enrolment-invalid` for a code that is unknown, used or expired; `conflict` when the key is a user's. */
export async function enrol(deps: Deps, input: { code: string; devicePub: string; sig: string }): Promise<WorkspaceId> {
  const { id, publicKey } = await verifyProof(input.devicePub, input.sig, enrolMessage(deps.tokens.issuer, input.code));
  return await deps.database.transaction(async (db) => {
    const now = new Date(deps.clock.now());
    const workspace = await table.useEnrolmentCode(db, hashSecret(input.code), now);
    if (workspace === undefined) throw new AppError('enrolment-invalid');
    const known = await table.findDevice(db, id);
    if (known && known.archiver === null) throw new AppError('conflict', 'device key');
    let archiver = known?.archiver;
    if (!archiver) {
      archiver = randomId<UserId>(deps.random);
      await table.insertArchiver(db, archiver, now);
      if (!(await table.insertDevice(db, { id, publicKey, user: null, archiver, label: 'Archiver' }, now)))
        throw new AppError('conflict', 'device key');
    }
    await table.enrolInWorkspace(db, workspace, archiver, now);
    return workspace;
  });
}

export async function authenticateArchiver(deps: Deps, input: { devicePub: string; at: number; sig: string }) {
  checkProofTime(input.at, deps.clock.now());
  const { id } = await verifyProof(input.devicePub, input.sig, archiverAuthMessage(deps.tokens.issuer, input.at));
  return await issueArchiverTokens(deps, id);
}

export async function listArchivers(deps: AppDeps, workspace: WorkspaceId) {
  return (await table.listArchivers(deps.database, workspace)).map((row) => ({
    device: row.device,
    enrolledAt: row.enrolledAt.getTime(),
    isConnected: deps.live.isConnected(row.device),
  }));
}

export async function revokeArchiver(deps: AppDeps, workspace: WorkspaceId, device: DeviceId): Promise<void> {
  const archiver = await table.revokeEnrolment(deps.database, workspace, device, new Date(deps.clock.now()));
  if (archiver === undefined) throw new AppError('not-found');
  deps.live.archiverRevoked(workspace, archiver, device);
}
