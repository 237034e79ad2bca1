/**
 * The account of this browser profile. It starts from local data and works without the server; the server is asked for a
 * session in the background. Guests take the same path as members.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import {
  configResponseSchema,
  createLinkResponseSchema,
  inspectLinkResponseSchema,
  joinResponseSchema,
  linksResponseSchema,
  sessionResponseSchema,
  type SessionResponse,
} from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { deleteAccountDatabase, openProfileDatabase, storageFailure } from '../storage/database.ts';
import {
  createProfileStore,
  type InstanceConfig,
  type KnownAccount,
  type ProfileStore,
} from '../storage/profile-store.ts';
import { paths } from '../paths.ts';
import { createApiClient } from './api-client.ts';
import { createBackoff } from './backoff.ts';
import { openAccount, type OpenAccount } from './open-account.ts';
import { createSession, type Exclusive } from './session.ts';
import type { Account, AccountState } from './types.ts';

/** What the rest of the client core needs beyond what screens see. */
export interface AccountCore extends Account {
  /** The account signed in now. */
  readonly opened: OpenAccount | undefined;
  /** Last known; empty until the server was asked once. */
  readonly iceServers: InstanceConfig['iceServers'];
  /** Asks the server again now: the page came back or the network did. */
  wake(): void;
  close(): Promise<void>;
}

/** Tells other tabs of this browser that the active account changed. */
export interface TabSignal {
  send(): void;
  on(listener: () => void): () => void;
  close(): void;
}

export interface AccountOptions {
  readonly origin: string;
  readonly apiBase: string;
  readonly fetch: typeof fetch;
  readonly exclusive: Exclusive;
  readonly tabs: TabSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly deviceLabel: string;
  /** `navigator.onLine`. */
  readonly isOnline: () => boolean;
  /** A newer version of the app took over this account's data. */
  readonly onSuperseded: () => void;
}

export function createAccount(options: AccountOptions): AccountCore {
  const { clock, random, logger } = options;
  const events = new Emitter<{ change: [] }>();
  const backoff = createBackoff(clock, random, { firstMs: 1000, maxMs: 30_000 });
  let state: AccountState = { kind: 'loading' };
  let opened: OpenAccount | undefined;
  let config: InstanceConfig | undefined;
  let cancelRetry: (() => void) | undefined;
  let isClosed = false;
  /** Changes of account run one after the other. */
  let changes: Promise<unknown> = Promise.resolve();

  const setState = (next: AccountState): void => {
    if (isClosed) return;
    state = next;
    events.emit('change');
  };
  const setOnline = (online: boolean): void => {
    if (state.kind === 'signed-in' && state.online !== online) setState({ ...state, online });
  };

  const api = createApiClient({
    base: options.apiBase,
    fetch: options.fetch,
    tokens: { current: () => session.current(), renew: (refused) => session.renew(refused) },
    onReach: (isReached) => {
      if (!isReached) lostServer();
    },
  });
  const session = createSession({
    exclusive: options.exclusive,
    clock,
    refresh: () => api.request({ method: 'POST', path: '/auth/refresh', answer: sessionResponseSchema }),
    onRefreshed: (refreshed) => adopt(refreshed),
    onEnded: () => void inOrder(endSession).catch(logFailure('session-end-failed')),
  });

  const profileReady = openProfileDatabase().then(
    (database) => ({ database, store: createProfileStore(database) }),
    (error: unknown) => ({ error: storageFailure(error) }),
  );
  const withProfile = async <T>(work: (store: ProfileStore) => Promise<T>): Promise<T> => {
    const profile = await profileReady;
    if ('error' in profile) throw profile.error;
    return work(profile.store);
  };
  const logFailure =
    (event: string) =>
    (error: unknown): void =>
      logger.warn(event, { code: error instanceof AppError ? error.code : 'internal' });

  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const next = changes.then(work, work);
    changes = next.catch(() => undefined); // told to whoever asked for the change
    return next;
  };

  const lostServer = (): void => {
    setOnline(false);
    if (cancelRetry || isClosed || opened === undefined) return;
    backoff.fail();
    cancelRetry = clock.after(backoff.remainingMs, () => {
      cancelRetry = undefined;
      void connect();
    });
  };

  const fetchConfig = async (): Promise<Result<InstanceConfig, AppError>> => {
    const answer = await api.request({ method: 'GET', path: '/config', answer: configResponseSchema });
    if (!answer.ok) return answer;
    config = answer.value;
    opened?.heardServerNow(config.now);
    const kept = config;
    withProfile((store) => store.saveConfig(kept)).catch(logFailure('config-not-kept'));
    return answer;
  };

  /** Asks for a session and the instance's settings; what it finds out arrives through the session's callbacks. */
  const connect = async (): Promise<void> => {
    if (isClosed || opened === undefined) return;
    const [answer] = await Promise.all([session.current(), fetchConfig()]);
    if (!answer.ok) return;
    backoff.reset();
    opened?.credentials.retryNow();
    setOnline(true);
  };

  const open = async (account: KnownAccount): Promise<void> => {
    if (opened?.user === account.user.id && opened.issuer === account.issuer && !opened.isSuperseded) return;
    await closeOpened();
    opened = await openAccount({
      issuer: account.issuer,
      user: account.user.id,
      api,
      clock,
      random,
      label: options.deviceLabel,
      onSuperseded: options.onSuperseded,
    });
    if (config) opened.heardServerNow(config.now);
  };
  const closeOpened = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    cancelRetry?.();
    cancelRetry = undefined;
    await closing?.close();
  };

  /** Takes a session the server gave: of the same account, or of another that now becomes the active one. */
  const adopt = (response: SessionResponse): Promise<void> => inOrder(() => adoptNow(response));
  const adoptNow = async (response: SessionResponse): Promise<void> => {
    let issuer = config?.issuer ?? opened?.issuer;
    if (issuer === undefined) {
      const fetched = await fetchConfig();
      if (!fetched.ok) throw fetched.error;
      issuer = fetched.value.issuer;
    }
    const { user, workspaces } = response;
    const isOther = opened === undefined || opened.user !== user.id;
    if (isOther && opened) setState({ kind: 'loading' });
    const account = { issuer, user, workspaces, lastUsedAt: clock.now() };
    await open(account);
    session.adopt(response);
    await withProfile((store) => store.saveActive(account));
    setState({ kind: 'signed-in', user, workspaces, online: true });
    if (isOther) options.tabs.send();
    opened?.registerDevice().then((registered) => {
      if (!registered.ok) logger.warn('device-not-registered', { code: registered.error.code });
    }, logFailure('device-not-registered'));
  };

  const endSession = async (): Promise<void> => {
    session.forget();
    setState({ kind: 'signed-out', isSetUp: config?.isSetUp });
    await closeOpened();
    await withProfile((store) => store.clearActive());
    options.tabs.send();
  };

  const startFromLocalData = async (): Promise<void> => {
    const known = await withProfile(async (store) => {
      config ??= await store.config();
      return store.activeAccount();
    });
    if (known === undefined) {
      const isKnownSignedOut = state.kind === 'signed-out';
      if (!isKnownSignedOut) setState({ kind: 'loading' });
      const fetched = await fetchConfig();
      if (opened === undefined)
        setState({ kind: 'signed-out', isSetUp: fetched.ok ? fetched.value.isSetUp : undefined });
      return;
    }
    await open(known);
    setState({ kind: 'signed-in', user: known.user, workspaces: known.workspaces, online: options.isOnline() });
    void connect();
  };
  const start = (): void =>
    void inOrder(startFromLocalData).catch(async (error: unknown) => {
      logFailure('account-not-restored')(error);
      const fetched = await fetchConfig();
      setState({ kind: 'signed-out', isSetUp: fetched.ok ? fetched.value.isSetUp : undefined });
    });

  /** Another tab signed in, out, or in as somebody else. */
  const followOtherTab = (): void => {
    void inOrder(async () => {
      const known = await withProfile((store) => store.activeAccount());
      if (known?.user.id === opened?.user) return;
      session.forget();
      if (opened) setState({ kind: 'loading' });
      await closeOpened();
      await startFromLocalData();
    }).catch(logFailure('account-not-followed'));
  };
  const unsubscribeTabs = options.tabs.on(followOtherTab);

  const enter = async <T>(
    request: () => Promise<Result<T, AppError>>,
    sessionOf: (value: T) => SessionResponse,
  ): Promise<Result<T, AppError>> => {
    // the issuer names the database: known before anything is created on the server
    if (!config) {
      const fetched = await fetchConfig();
      if (!fetched.ok) return fetched;
    }
    const answer = await request();
    if (!answer.ok) return answer;
    try {
      await adopt(sessionOf(answer.value));
    } catch (error) {
      return err(error instanceof AppError ? error : storageFailure(error));
    }
    return answer;
  };
  const enterWith = async (path: string, body: unknown): Promise<Result<undefined, AppError>> => {
    const answer = await enter(
      () => api.request({ method: 'POST', path, body, answer: sessionResponseSchema }),
      (value) => value,
    );
    return answer.ok ? ok() : answer;
  };

  start();

  return {
    get state() {
      return state;
    },
    get opened() {
      return opened;
    },
    get iceServers() {
      return config?.iceServers ?? [];
    },
    on: (event, listener) => events.on(event, listener),
    setUp: async (input) => {
      const answer = await enterWith('/setup', input);
      if (answer.ok && config) config = { ...config, isSetUp: true };
      return answer;
    },
    signIn: (email, password) => enterWith('/auth/sign-in', { email, password }),
    signOut: async ({ removeData }) => {
      const leaving = opened;
      await api.request({ method: 'POST', path: '/auth/sign-out' });
      await inOrder(endSession).catch(logFailure('sign-out-incomplete'));
      if (!removeData || !leaving) return;
      await withProfile((store) => store.forget(leaving.issuer, leaving.user)).catch(
        logFailure('account-not-forgotten'),
      );
      await deleteAccountDatabase(leaving.issuer, leaving.user).catch(logFailure('account-not-removed'));
    },
    inspectLink: (token) =>
      api.request({ method: 'POST', path: '/join/inspect', body: { token }, answer: inspectLinkResponseSchema }),
    join: async (token, nickname) => {
      const isSignedIn = state.kind === 'signed-in';
      const body = { token, ...(isSignedIn || nickname === undefined ? {} : { nickname }) };
      const answer = await enter(
        () => api.request({ method: 'POST', path: '/join', body, answer: joinResponseSchema, isSignedIn }),
        (value) => value.session,
      );
      return answer.ok ? ok({ room: answer.value.room }) : answer;
    },
    createLink: async (room, input) => {
      // a room made offline has to exist on the server before anybody can be invited to it
      const access = await opened?.credentials.access(room);
      if (access && !access.ok) return access;
      const answer = await api.request({
        method: 'POST',
        path: `/rooms/${room}/links`,
        body: input,
        answer: createLinkResponseSchema,
        isSignedIn: true,
      });
      if (!answer.ok) return answer;
      return ok({ link: answer.value.link, url: `${options.origin}${paths.join(answer.value.token)}` });
    },
    listLinks: async (room) => {
      const answer = await api.request({
        method: 'GET',
        path: `/rooms/${room}/links`,
        answer: linksResponseSchema,
        isSignedIn: true,
      });
      return answer.ok ? ok(answer.value.links) : answer;
    },
    revokeLink: (room: RoomId, id) =>
      api.request({ method: 'DELETE', path: `/rooms/${room}/links/${id}`, isSignedIn: true }),
    wake: () => {
      backoff.reset();
      opened?.credentials.retryNow();
      if (state.kind === 'signed-in' && !state.online) void connect();
      if (state.kind === 'signed-out' && state.isSetUp === undefined) start();
    },
    close: async () => {
      isClosed = true;
      unsubscribeTabs();
      options.tabs.close();
      await inOrder(closeOpened);
      const profile = await profileReady;
      if ('database' in profile) profile.database.close();
      events.clear();
    },
  };
}
