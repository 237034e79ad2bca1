/** Accounts: the owner made through the set-up link, signing in, and what a session shows of its user. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { SessionResponse, User, Workspace } from '@vicinal/shared/http/api.ts';
import { lockInstance } from '../db/instance.ts';
import { isUniqueViolation, type Db } from '../db/pool.ts';
import { insertRoom } from '../db/rooms.ts';
import {
  findUser,
  findUserByEmail,
  holdsPassword,
  insertUser,
  latestColours,
  upgradeUser,
  type UserRow,
} from '../db/users.ts';
import { insertWorkspaceMember } from '../db/workspace-members.ts';
import * as workspaces from '../db/workspaces.ts';
import type { Deps } from '../deps.ts';
import { hashSecret, randomId, randomSecret } from '../random-ids.ts';
import { hashPassword, normalizeEmail, verifyPassword } from './passwords.ts';
import { openSession, type IssuedSession } from './sessions.ts';

export interface SetupInput {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly workspaceName: string;
}

const PRESENCE_HUES = 12;
/** By the id, among the hues that none of the people who came last has: they are likely to meet. */
async function chooseColour(db: Db, id: UserId): Promise<number> {
  const taken = new Set(await latestColours(db, PRESENCE_HUES - 1));
  const free = Array.from({ length: PRESENCE_HUES }, (_, hue) => hue).filter((hue) => !taken.has(hue));
  return free[hashSecret(id).reduce((sum, byte) => sum + byte, 0) % free.length] ?? 0;
}

/** Owner, workspace and both index rooms, in one transaction. `already-set-up`, `setup-link-invalid`. */
export async function setUp(deps: Deps, input: SetupInput): Promise<IssuedSession> {
  const { database, random } = deps;
  if (await workspaces.hasOwner(database)) throw new AppError('already-set-up');
  const passwordHash = await hashPassword(input.password);
  return await database.transaction(async (db) => {
    const now = new Date(deps.clock.now());
    await lockInstance(db);
    if (await workspaces.hasOwner(db)) throw new AppError('already-set-up');
    if (!(await workspaces.useSetupLink(db, hashSecret(input.token), now))) throw new AppError('setup-link-invalid');
    const user = randomId<UserId>(random);
    const workspace = randomId<WorkspaceId>(random);
    await insertUser(
      db,
      {
        ...{ id: user, name: input.name, colour: await chooseColour(db, user) },
        ...{ email: normalizeEmail(input.email), passwordHash },
      },
      now,
    );
    await workspaces.insertWorkspace(db, { id: workspace, name: input.workspaceName }, now);
    await insertWorkspaceMember(db, { workspace, user, role: 'owner' }, now);
    await insertRoom(db, { id: randomId<RoomId>(random), workspace, kind: 'workspace-index', createdBy: user }, now);
    await insertRoom(db, { id: randomId<RoomId>(random), workspace, kind: 'personal-index', createdBy: user }, now);
    return await openSession(deps, db, user);
  });
}

/** `bad-credentials` in the same words and time whether the address is known or not. */
export async function signIn(deps: Deps, email: string, password: string): Promise<IssuedSession> {
  const found = await findUserByEmail(deps.database, normalizeEmail(email));
  const matches = await verifyPassword(found?.passwordHash, password);
  if (!found || !matches) throw new AppError('bad-credentials');
  return await deps.database.transaction(async (db) => {
    // a change of the password meanwhile ended the sessions it saw: none is opened with the old one after it
    if (!(await holdsPassword(db, found.id, found.passwordHash))) throw new AppError('bad-credentials');
    return await openSession(deps, db, found.id);
  });
}

/** An account with its password hashed, which takes its time and so happens outside transactions. */
export interface PreparedAccount {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
}

export const prepareAccount = async (account: {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}): Promise<PreparedAccount> => ({
  name: account.name,
  email: normalizeEmail(account.email),
  passwordHash: await hashPassword(account.password),
});

/** A user with an account, in no workspace yet. `email-taken`, which ends the transaction. */
export async function createAccount(deps: Deps, db: Db, account: PreparedAccount, now: Date): Promise<UserId> {
  const id = randomId<UserId>(deps.random);
  const colour = await chooseColour(db, id);
  await whileFree(insertUser(db, { id, colour, ...account }, now));
  return id;
}

/** The guest stays the same user and has an account from now on. `conflict` for others, `email-taken`. */
export async function upgradeGuest(db: Db, guest: UserId, account: PreparedAccount): Promise<void> {
  if (!(await whileFree(upgradeUser(db, guest, account)))) throw new AppError('conflict', 'has an account already');
}

const whileFree = async <T>(write: Promise<T>): Promise<T> => {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error) ? new AppError('email-taken', undefined, { cause: error }) : error;
  }
};

/** Makes a guest: a user without e-mail or password, in no workspace yet. */
export async function createGuest(deps: Deps, db: Db, name: string, now: Date): Promise<UserId> {
  const id = randomId<UserId>(deps.random);
  await insertUser(db, { id, name, colour: await chooseColour(db, id), email: null, passwordHash: null }, now);
  return id;
}

export const describeUser = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  colour: row.colour,
  ...(row.email === null ? {} : { email: row.email }),
  isGuest: row.email === null,
});

export async function describeWorkspaces(db: Db, user: UserId): Promise<Workspace[]> {
  return (await workspaces.listMemberships(db, user)).map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    ...(row.role === 'guest' || row.indexRoom === null ? {} : { indexRoom: row.indexRoom }),
    ...(row.role === 'guest' || row.personalIndexRoom === null ? {} : { personalIndexRoom: row.personalIndexRoom }),
  }));
}

export async function describeSession(
  deps: Deps,
  issued: Pick<IssuedSession, 'accessToken' | 'user'>,
): Promise<SessionResponse> {
  const user = await findUser(deps.database, issued.user);
  if (!user) throw new AppError('unauthenticated', 'the user of a session is gone');
  return {
    accessToken: issued.accessToken,
    expiresInMs: deps.config.accessTtlMs,
    user: describeUser(user),
    workspaces: await describeWorkspaces(deps.database, user.id),
  };
}

/** A new one-time set-up link's token, or undefined when an owner exists. */
export async function createSetupLink(
  deps: Pick<Deps, 'database' | 'clock' | 'random' | 'config'>,
): Promise<string | undefined> {
  if (await workspaces.hasOwner(deps.database)) return undefined;
  const token = randomSecret(deps.random);
  const now = deps.clock.now();
  await workspaces.insertSetupLink(
    deps.database,
    hashSecret(token),
    new Date(now + deps.config.setupLinkTtlMs),
    new Date(now),
  );
  return token;
}
