/** Links of both kinds, looked at and used. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { LinkOffer } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { createAccount, createGuest, prepareAccount, upgradeGuest, type PreparedAccount } from '../auth/accounts.ts';
import { openSession, type IssuedSession } from '../auth/sessions.ts';
import * as links from '../db/links.ts';
import type { Db } from '../db/pool.ts';
import { findRoomBar, insertGrant } from '../db/room-members.ts';
import type { UserRow } from '../db/users.ts';
import * as workspaceLinks from '../db/workspace-links.ts';
import { findBar, findWorkspaceRole, insertWorkspaceMember, type LinkKind } from '../db/workspace-members.ts';
import { lockWorkspace } from '../db/workspaces.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { tellLinkMaker } from '../notify/inbox.ts';
import { tellWaiting } from '../notify/waiting.ts';
import { hashSecret } from '../random-ids.ts';
import { addsTo } from '../rooms/access.ts';
import { openRooms } from '../rooms/rooms.ts';
import { becomeMember } from '../workspaces/members.ts';

type UsableLink =
  | { readonly kind: 'document'; readonly link: links.UsableLink }
  | { readonly kind: 'workspace'; readonly link: workspaceLinks.UsableWorkspaceLink };

/** `link-invalid`, in the same words for every reason. */
async function findLink(db: Db, token: string, now: Date): Promise<UsableLink> {
  const hash = hashSecret(token);
  const document = await links.findUsableLink(db, hash, now);
  if (document) return { kind: 'document', link: document };
  const workspace = await workspaceLinks.findUsableWorkspaceLink(db, hash, now);
  if (workspace) return { kind: 'workspace', link: workspace };
  throw new AppError('link-invalid');
}

/** What the link allows, never a title. `link-invalid`. */
export async function inspectLink(deps: Deps, token: string): Promise<LinkOffer> {
  const { kind, link } = await findLink(deps.database, token, new Date(deps.clock.now()));
  return { kind, role: kind === 'document' ? link.role : 'member', workspaceName: link.workspaceName };
}

export interface JoinInput {
  readonly token: string;
  readonly nickname?: string | undefined;
  readonly account?: { readonly name: string; readonly email: string; readonly password: string } | undefined;
}

export interface JoinResult {
  /** Absent for workspace links. */
  readonly room?: RoomId;
  readonly workspace: WorkspaceId;
  /** Undefined for a caller who was signed in already. */
  readonly session?: IssuedSession;
}

/**
 * Uses a link. A signed-in user gains what it gives, an account where one is sent: a new one, or the guest's own. Without
 * either a document link makes a guest, who needs a nickname (`invalid-body`). Workspace links make members, who need an
 * account: `account-required`. `email-taken`. Counts one use, except for a user whom the link gives nothing new.
 */
export async function joinByLink(deps: AppDeps, input: JoinInput, caller: UserRow | undefined): Promise<JoinResult> {
  const found = await findLink(deps.database, input.token, new Date(deps.clock.now()));
  const isAccount = input.account !== undefined || (caller !== undefined && caller.email !== null);
  if (found.kind === 'workspace' && !isAccount) throw new AppError('account-required');
  if (!caller && !input.account && input.nickname === undefined) throw new AppError('invalid-body', 'nickname');
  if (caller && input.account && caller.email !== null) throw new AppError('conflict', 'has an account already');
  const prepared = input.account && (await prepareAccount(input.account));
  const { maker, told, ...joined } = await deps.database.transaction(async (db) => {
    await lockWorkspace(db, found.link.workspace);
    const now = new Date(deps.clock.now());
    const usable = await findLink(db, input.token, now);
    const { workspace } = usable.link;
    const user = caller ? caller.id : await makeUser(deps, db, prepared, input.nickname ?? '', now);
    if (caller && prepared) await upgradeGuest(db, caller.id, prepared);
    const gained =
      usable.kind === 'document'
        ? await gainDocument(deps, db, usable.link, user, now)
        : await gainWorkspace(deps, db, usable.link, user, now);
    if (gained === 'refused') throw new AppError('link-invalid');
    return {
      workspace,
      maker: gained === 'something' ? await tellLinkMaker(deps, db, usable.link, user) : undefined,
      told: gained === 'something' ? await tellWaiting(deps, db, { workspace, user }) : [],
      ...(usable.kind === 'document' ? { room: usable.link.room } : {}),
      ...(caller ? {} : { session: await openSession(deps, db, user) }),
    };
  });
  if (maker !== undefined) deps.live.inboxChanged(maker);
  for (const each of told) deps.live.inboxChanged(each);
  return joined;
}

/** `nothing`: the user had it all before. */
type Gained = 'something' | 'nothing' | 'refused';

const makeUser = (
  deps: Deps,
  db: Db,
  account: PreparedAccount | undefined,
  nickname: string,
  now: Date,
): Promise<UserId> => (account ? createAccount(deps, db, account, now) : createGuest(deps, db, nickname, now));

async function gainDocument(deps: Deps, db: Db, link: links.UsableLink, user: UserId, now: Date): Promise<Gained> {
  const held = (await openRooms({ database: db, clock: deps.clock }, user, [link.room])).get(link.room)?.access;
  const until = link.expiresAt?.getTime();
  const offer = { role: link.role, ...(until === undefined ? {} : { until }) };
  const isBarred = await isBarredFrom(db, { kind: 'document', link }, user);
  if (held && (isBarred || !addsTo(offer, held))) return 'nothing';
  if (isBarred) return 'refused';
  if (!(await links.countLinkUse(db, link.id, now))) return 'refused';
  await insertWorkspaceMember(db, { workspace: link.workspace, user, role: 'guest' }, now);
  const { id, room, role, expiresAt } = link;
  await insertGrant(db, { link: id, user, room, role, until: expiresAt }, now);
  return 'something';
}

async function gainWorkspace(
  deps: Deps,
  db: Db,
  link: workspaceLinks.UsableWorkspaceLink,
  user: UserId,
  now: Date,
): Promise<Gained> {
  const { id, workspace } = link;
  const held = await findWorkspaceRole(db, workspace, user);
  if (held !== undefined && held !== 'guest') return 'nothing';
  if (await isBarredFrom(db, { kind: 'workspace', link }, user)) return 'refused';
  if (!(await workspaceLinks.countWorkspaceLinkUse(db, id, now))) return 'refused';
  await becomeMember(deps, db, workspace, user, now);
  return 'something';
}

/** Whether the user was put out after the link was made: only a newer link lets them in again. */
async function isBarredFrom(db: Db, { kind, link }: UsableLink, user: UserId): Promise<boolean> {
  const bars = [
    await findBar(db, link.workspace, user, kind satisfies LinkKind),
    kind === 'document' ? await findRoomBar(db, link.room, user) : undefined,
  ];
  return bars.some((at) => at !== undefined && at >= link.createdAt);
}
