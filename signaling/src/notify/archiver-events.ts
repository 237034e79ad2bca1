/**
 * What archivers saw in documents. An archiver speaks for the rooms of the workspaces it is enrolled in; what it says of
 * others, or of people without access, is taken and dropped without a word.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import { archiverEventsMessage } from '@vicinal/shared/crypto/transcript.ts';
import { eventsDigest, mentionKey, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { checkProofTime, verifyProof } from '../auth/devices.ts';
import { findDevice, listEnrolments } from '../db/devices.ts';
import { countInboxSince } from '../db/inbox.ts';
import type { AppDeps } from '../deps.ts';
import { openRooms } from '../rooms/rooms.ts';
import { HOUR_MS, tell } from './inbox.ts';

/** `bad-signature`; `revoked` for a device that is no enrolled archiver's. */
export async function receiveArchiverEvents(
  deps: AppDeps,
  input: { devicePub: string; at: number; sig: string; events: readonly ArchiverEvent[] },
): Promise<void> {
  checkProofTime(input.at, deps.clock.now());
  const message = archiverEventsMessage(deps.tokens.issuer, input.at, eventsDigest(input.events));
  const { id } = await verifyProof(input.devicePub, input.sig, message);
  const device = await findDevice(deps.database, id);
  const enrolments = device?.archiver && !device.isRevoked ? await listEnrolments(deps.database, device.archiver) : [];
  if (enrolments.length === 0) throw new AppError('revoked', 'archiver');
  const workspaces = new Set(enrolments.map(({ workspace }) => workspace));
  let told = 0;
  for (const event of input.events) if (await receiveMention(deps, event, workspaces)) told += 1;
  deps.logger.info('archiver-events', { events: input.events.length, told });
}

async function receiveMention(
  deps: AppDeps,
  { room, actor, target, mention }: ArchiverEvent,
  workspaces: ReadonlySet<WorkspaceId>,
): Promise<boolean> {
  if (actor === target) return false;
  const ofTarget = (await openRooms(deps, target, [room])).get(room);
  if (ofTarget?.row.kind !== 'document' || !workspaces.has(ofTarget.row.workspace)) return false;
  if (!(await openRooms(deps, actor, [room])).has(room)) return false;
  const isNew = await deps.database.transaction(async (db) => {
    const since = new Date(deps.clock.now() - HOUR_MS);
    const caused = await countInboxSince(db, { actor, kind: 'mention' }, since);
    if (caused >= deps.config.limits.mentionsPerActorPerHour) return false;
    const { workspace } = ofTarget.row;
    const eventKey = mentionKey(room, mention, target);
    return await tell(deps, db, { kind: 'mention', user: target, actor, workspace, room, mention, eventKey });
  });
  if (isNew) deps.live.inboxChanged(target);
  return isNew;
}
