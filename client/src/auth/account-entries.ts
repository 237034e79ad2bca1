/** The ways into an account that a server knows, and what its owner changes about it. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import {
  joinResponseSchema,
  meResponseSchema,
  sessionResponseSchema,
  type SessionResponse,
  type User,
  type Workspace,
} from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { ok, type Result } from '@vicinal/shared/result.ts';
import type { ApiClient } from './api-client.ts';
import type { Account } from './types.ts';

export interface AccountEntriesOptions {
  readonly api: ApiClient;
  /** Asks for a session and takes it, once the server's issuer is known. */
  readonly enter: <T>(
    request: () => Promise<Result<T, AppError>>,
    sessionOf: (value: T) => SessionResponse,
  ) => Promise<Result<T, AppError>>;
  /** Whether a session of the account open now may speak for the person. */
  readonly hasSession: () => boolean;
  readonly onSetUp: () => void;
  /** Joined, and about to be opened. */
  readonly onJoined: (room: RoomId) => void;
  readonly onChanged: (user: User, workspaces: readonly Workspace[]) => Promise<void>;
}

type AccountEntries = Pick<Account, 'setUp' | 'signIn' | 'join' | 'upgrade' | 'updateProfile'>;

export function createAccountEntries({ api, enter, ...options }: AccountEntriesOptions): AccountEntries {
  const enterWith = async (path: string, body: unknown, isSignedIn = false): Promise<Result<undefined, AppError>> => {
    const answer = await enter(
      () => api.request({ method: 'POST', path, body, answer: sessionResponseSchema, isSignedIn, setsCookie: true }),
      (value) => value,
    );
    return answer.ok ? ok() : answer;
  };
  return {
    setUp: async (input) => {
      const answer = await enterWith('/setup', input);
      if (answer.ok) options.onSetUp();
      return answer;
    },
    signIn: (email, password) => enterWith('/auth/sign-in', { email, password }),
    upgrade: (input) => enterWith('/me/upgrade', input, true),
    join: async (token, as) => {
      const isSignedIn = options.hasSession();
      const body = {
        token,
        ...(as.kind === 'guest' ? { nickname: as.nickname } : {}),
        ...(as.kind === 'account' ? { account: as.account } : {}),
      };
      const answer = await enter(
        () =>
          api.request({
            method: 'POST',
            path: '/join',
            body,
            answer: joinResponseSchema,
            isSignedIn,
            setsCookie: true,
          }),
        (value) => value.session,
      );
      if (!answer.ok) return answer;
      const { room, workspace } = answer.value;
      if (room !== undefined) options.onJoined(room);
      return ok({ workspace, ...(room === undefined ? {} : { room }) });
    },
    updateProfile: async (change) => {
      const answer = await api.request({
        method: 'PATCH',
        path: '/me',
        body: change,
        answer: meResponseSchema,
        isSignedIn: true,
      });
      if (!answer.ok) return answer;
      await options.onChanged(answer.value.user, answer.value.workspaces);
      return ok();
    },
  };
}
