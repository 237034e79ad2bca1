/** The account on this device, as screens see it. Implemented without solid-js in `auth/account.ts`. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { LinkRole } from '@vicinal/shared/roles.ts';
import type { InviteLink, User, Workspace } from '@vicinal/shared/http/api.ts';
import type { Result } from '@vicinal/shared/result.ts';

export type AccountState =
  | { readonly kind: 'loading' }
  /** `isSetUp` undefined while the server cannot be asked. */
  | { readonly kind: 'signed-out'; readonly isSetUp: boolean | undefined }
  /** `online` false: signed in from local data, tokens cannot be renewed now. */
  | {
      readonly kind: 'signed-in';
      readonly user: User;
      readonly workspaces: readonly Workspace[];
      readonly online: boolean;
    };

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
  signIn(email: string, password: string): Promise<Result<undefined, AppError>>;
  /** Ends the session on the server when reachable; local data of the account stays unless `removeData`. */
  signOut(options: { removeData: boolean }): Promise<void>;
  inspectLink(token: string): Promise<Result<{ role: LinkRole; workspaceName: string }, AppError>>;
  /** Joins as a guest with `nickname`, or as the signed-in user. */
  join(token: string, nickname: string | undefined): Promise<Result<{ room: RoomId }, AppError>>;
  createLink(
    room: RoomId,
    input: { role: LinkRole; expiresAt?: number; maxUses?: number },
  ): Promise<Result<{ link: InviteLink; url: string }, AppError>>;
  listLinks(room: RoomId): Promise<Result<readonly InviteLink[], AppError>>;
  revokeLink(room: RoomId, id: InviteLink['id']): Promise<Result<undefined, AppError>>;
}
