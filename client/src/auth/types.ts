/** The account on this device, as screens see it. Implemented without solid-js in `auth/account.ts`. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { LinkRole } from '@vicinal/shared/roles.ts';
import type { InviteLink, LinkOffer, User, Workspace } from '@vicinal/shared/http/api.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { SignedOutNotice } from '../storage/profile-store.ts';
import type { ApiClient } from './api-client.ts';
import type { People } from './people.ts';

export type AccountState =
  | { readonly kind: 'loading' }
  /** `isSetUp` undefined while the server cannot be asked. `notice`: why, when it was not the person's own wish. */
  | { readonly kind: 'signed-out'; readonly isSetUp: boolean | undefined; readonly notice?: SignedOutNotice }
  /** `online` false: signed in from local data, tokens cannot be renewed now. */
  | {
      readonly kind: 'signed-in';
      readonly user: User;
      readonly workspaces: readonly Workspace[];
      readonly online: boolean;
      /** "Try it on this device first": no server knows this account; `online` stays false until it is upgraded. */
      readonly isLocal: boolean;
      /** Documents of a local account are on their way into this one; absent when there are none. */
      readonly adopting?: AdoptionProgress;
    };

export interface AdoptionProgress {
  /** Documents that are in this account by now. */
  readonly done: number;
  readonly total: number;
}

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** An account whose data this browser profile keeps. */
export interface KeptAccount {
  readonly issuer: string;
  /** Without the address: whoever uses this browser next sees it. */
  readonly user: Omit<User, 'email'>;
  readonly lastUsedAt: number;
  readonly isActive: boolean;
  readonly isLocal: boolean;
}

export type JoinAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'guest'; readonly nickname: string }
  | { readonly kind: 'account'; readonly account: NewAccount };

export interface Account {
  readonly state: AccountState;
  on(event: 'change', listener: () => void): () => void;
  setUp(input: {
    token: string;
    name: string;
    email: string;
    password: string;
    workspaceName: string;
  }): Promise<Result<undefined, AppError>>;
  /** While a local account is signed in, this, `setUp` and `join` move its documents into the account they end in. */
  signIn(email: string, password: string): Promise<Result<undefined, AppError>>;
  /** Starts an account that lives on this device alone, with one workspace of its own. Works without any server. */
  tryLocally(name: string): Promise<Result<undefined, AppError>>;
  /** Signed out: opens the local account used last again; `not-found` when none is kept. Works without any server. */
  resumeLocal(): Promise<Result<undefined, AppError>>;
  /** A guest gets an e-mail address and a password and stays the same user; documents keep their authorship. */
  upgrade(input: NewAccount): Promise<Result<undefined, AppError>>;
  updateProfile(change: { name?: string; colour?: number }): Promise<Result<undefined, AppError>>;
  /** `bad-credentials` when `current` is wrong. Other devices have to sign in again. */
  changePassword(current: string, next: string): Promise<Result<undefined, AppError>>;
  /** The key of this browser profile for the account signed in now. */
  readonly deviceId: DeviceId | undefined;
  /** Accounts whose data this browser keeps, the most recently used first. */
  keptAccounts(): Promise<readonly KeptAccount[]>;
  /** Removes what this browser keeps of an account that is not signed in now (`conflict`): database, caches, everything. */
  removeKept(issuer: string, user: UserId): Promise<Result<undefined, AppError>>;
  readonly people: People;
  /** For calls of parts that come in chunks of their own. */
  readonly api: Pick<ApiClient, 'request'>;
  /** Other https origins of this instance, best first; empty until the server was asked once. */
  readonly networkOrigins: readonly string[];
  /** Ends the session on the server when reachable; local data of the account stays unless `removeData`. */
  signOut(options: { removeData: boolean }): Promise<void>;
  inspectLink(token: string): Promise<Result<LinkOffer, AppError>>;
  /**
   * Joins as the signed-in user, as a new guest, or with a new account (a signed-in guest who gives one is upgraded).
   * `room` is absent for workspace links. `account-required` when the link needs an account and none was given.
   */
  join(
    token: string,
    as: JoinAs,
  ): Promise<Result<{ readonly room?: RoomId; readonly workspace: WorkspaceId }, AppError>>;
  createLink(
    room: RoomId,
    input: { role: LinkRole; expiresAt?: number; maxUses?: number },
  ): Promise<Result<{ link: InviteLink; url: string }, AppError>>;
  listLinks(room: RoomId): Promise<Result<readonly InviteLink[], AppError>>;
  revokeLink(room: RoomId, id: InviteLink['id']): Promise<Result<undefined, AppError>>;
}
