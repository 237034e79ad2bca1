/**
 * What archivers saw in documents. An archiver speaks for the rooms of the workspaces it is enrolled in; what it says of
 * others, or of people who do not belong there, is taken and dropped without a word.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import { archiverEventsMessage } from '@vicinal/shared/crypto/transcript.ts';
import { eventsDigest, mentionKey, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { checkProofTime, verifyProof } from '../auth/devices.ts';
import { findDevice, listEnrolments } from '../db/devices.ts';
import { countMentionsBy } from '../db/inbox.ts';
import { findWorkspaceRole } from '../db/workspace-members.ts';
import { lockWorkspace } from '../db/workspaces.ts';
import type { AppDeps } from '../deps.ts';
import { openRooms } from '../rooms/rooms.ts';
import { HOUR_MS, keepWaiting, tell } from './inbox.ts';

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
  const ofActor = (await openRooms(deps, actor, [room])).get(room);
  if (ofActor?.row.kind !== 'document' || !workspaces.has(ofActor.row.workspace)) return false;
  const { workspace } = ofActor.row;
  const isNew = await deps.database.transaction(async (db) => {
    const since = new Date(deps.clock.now() - HOUR_MS);
    const caused = await countMentionsBy(db, actor, since);
    if (caused >= deps.config.limits.mentionsPerActorPerHour) return false;
    const eventKey = mentionKey(room, mention, target);
    const event = { kind: 'mention', user: target, actor, workspace, room, mention, eventKey } as const;
    const isOpen = async () => (await openRooms({ database: db, clock: deps.clock }, target, [room])).has(room);
    if (await isOpen()) return await tell(deps, db, event);
    await lockWorkspace(db, workspace); // so that nobody gives access between this look and the row
    if (await isOpen()) return await tell(deps, db, event);
    if ((await findWorkspaceRole(db, workspace, target)) !== undefined) await keepWaiting(deps, db, event);
    return false;
  });
  if (isNew) deps.live.inboxChanged(target);
  return isNew;
}
