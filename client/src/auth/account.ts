/**
 * The account of this browser profile. It starts from local data and works without the server; the server is asked for a
 * session in the background. Guests take the same path as members; a local account asks no server for anything.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import { configResponseSchema, sessionResponseSchema, type SessionResponse } from '@vicinal/shared/http/api.ts';
import { err, unwrap, type Result } from '@vicinal/shared/result.ts';
import { storageFailure } from '../storage/database.ts';
import {
  type AccountName,
  type InstanceConfig,
  type KnownAccount,
  type SignedOutNotice,
} from '../storage/profile-store.ts';
import { createAccountCalls } from './account-calls.ts';
import { createAccountEntries } from './account-entries.ts';
import type { AccountOptions } from './account-options.ts';
import { createApiClient } from './api-client.ts';
import { createBackoff } from './backoff.ts';
import { createDeviceAccounts } from './device-accounts.ts';
import { isLocalIssuer, prepareLocalRooms } from './local-account.ts';
import { openAccount, type OpenAccount } from './open-account.ts';
import { createPeople } from './people.ts';
import { openProfile } from './profile.ts';
import { createSession } from './session.ts';
import { createSessionEnd } from './session-end.ts';
import type { Account, AccountState, AdoptionProgress } from './types.ts';

/** What the rest of the client core needs beyond what screens see. */
export interface AccountCore extends Account {
  /** The account signed in now. */
  readonly opened: OpenAccount | undefined;
  /** Last known; empty until the server was asked once. */
  /** What the instance says of STUN and TURN. */
  readonly ice: Pick<InstanceConfig, 'iceServers' | 'stunPort' | 'isRelayOnly'>;
  /** Local accounts whose documents belong into the account signed in now. */
  adoptions(): Promise<readonly KnownAccount[]>;
  /** Shows how far that is; undefined when it is over. */
  setAdopting(progress: AdoptionProgress | undefined): void;
  /** Removes a local account whose documents have all arrived. */
  removeAdopted(account: AccountName): Promise<void>;
  /** Asks the server again now: the page came back or the network did. */
  wake(): void;
  /** The connection service refused this device with `code`: the server is asked whether it is still signed in. */
  verifySession(code: 'unauthenticated' | 'revoked'): void;
  close(): Promise<void>;
}

export function createAccount(options: AccountOptions): AccountCore {
  const { clock, random, logger } = options;
  const events = new Emitter<{ change: [] }>();
  const backoff = createBackoff(clock, random, { firstMs: 1000, maxMs: 30_000 });
  const profile = openProfile(clock, options.places);
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
    if (state.kind === 'signed-in' && !state.isLocal && state.online !== online) setState({ ...state, online });
  };
  const setSignedOut = (isSetUp: boolean | undefined, notice?: SignedOutNotice): void =>
    setState({ kind: 'signed-out', isSetUp, ...(notice === undefined ? {} : { notice }) });
  const setSignedIn = ({ issuer, user, workspaces }: KnownAccount, online: boolean): void => {
    const isLocal = isLocalIssuer(issuer);
    setState({ kind: 'signed-in', user, workspaces, online: online && !isLocal, isLocal });
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
  const attempt = async <T>(work: () => Promise<T>): Promise<Result<T, AppError>> => {
    try {
      return { ok: true, value: await inOrder(work) };
    } catch (error) {
      return err(error instanceof AppError ? error : storageFailure(error));
    }
  };

  const api = createApiClient({
    base: options.apiBase,
    fetch: options.fetch,
    alone: (work) => options.exclusive('vicinal/refresh', work),
    tokens: {
      // nobody, and an account that no server knows, ask for no session
      current: () =>
        opened?.isLocal === false ? session.current() : Promise.resolve(err(new AppError('unauthenticated'))),
      renew: (refused) => session.renew(refused),
    },
    beforeAnonymous: () => endSignedOutSession(),
    onReach: (isReached) => {
      if (!isReached) lostServer();
    },
  });
  const endSignedOutSession = createSessionEnd({
    exclusive: options.exclusive,
    withProfile: profile.use,
    signOut: () => api.request({ method: 'POST', path: '/auth/sign-out', isFirst: true, setsCookie: true }),
  });
  let wasDeviceRefused = false;
  const session = createSession({
    clock,
    refresh: () =>
      api.request({ method: 'POST', path: '/auth/refresh', answer: sessionResponseSchema, setsCookie: true }),
    onRefreshed: (refreshed) => inOrder(() => adoptNow(refreshed, false)),
    onEnded: (code) => loseSession(code === 'revoked' || wasDeviceRefused ? 'device-revoked' : 'session-ended'),
  });
  /** The server ended the session of whoever is signed in: the data stays; a device it refuses gives its key up. */
  const loseSession = (notice: SignedOutNotice): void => {
    const lost = opened;
    void inOrder(async () => {
      if (lost === undefined || lost !== opened) return;
      if (notice === 'device-revoked') await lost.retireDevice();
      await endSession({ notice });
    }).catch(logFailure('session-end-failed'));
  };

  const lostServer = (): void => {
    setOnline(false);
    if (cancelRetry || isClosed || opened === undefined || opened.isLocal) return;
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
    profile.use((store) => store.saveConfig(kept)).catch(logFailure('config-not-kept'));
    return answer;
  };

  /** Asks for a session and the instance's settings; what it finds out arrives through the session's callbacks. */
  const connect = async (): Promise<void> => {
    if (isClosed || opened === undefined || opened.isLocal) return;
    const [answer] = await Promise.all([session.current(), fetchConfig()]);
    if (!answer.ok) return;
    backoff.reset();
    opened?.credentials.retryNow();
    setOnline(true);
  };

  const open = async ({ issuer, user }: AccountName): Promise<OpenAccount> => {
    if (opened?.user === user && opened.issuer === issuer && !opened.isSuperseded) return opened;
    await closeOpened();
    opened = await openAccount({
      issuer,
      user,
      api,
      clock,
      random,
      label: options.deviceLabel,
      onSuperseded: options.onSuperseded,
      onRemoved: followOtherTab,
      onDeviceRevoked: () => loseSession('device-revoked'),
      hold: options.hold,
    });
    if (config && !opened.isLocal) opened.heardServerNow(config.now);
    return opened;
  };
  const closeOpened = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    cancelRetry?.();
    cancelRetry = undefined;
    await closing?.close();
  };

  /** Takes a session the server gave: of the same account, or of another that now becomes the active one. */
  const adoptNow = async (response: SessionResponse, isEntering: boolean): Promise<void> => {
    const issuer = config?.issuer ?? (opened?.isLocal === false ? opened.issuer : unwrap(await fetchConfig()).issuer);
    const { user, workspaces } = response;
    const left = opened && (opened.user !== user.id || opened.issuer !== issuer) ? opened : undefined;
    const account: KnownAccount = { issuer, user, workspaces, lastUsedAt: clock.now() };
    const isSame = opened !== undefined && left === undefined;
    if (isSame && !isEntering && !(await profile.use((store) => store.updateActive(account)))) {
      followOtherTab();
      throw new AppError('unauthenticated', 'signed out in another tab');
    }
    if (left) setState({ kind: 'loading' });
    const entered = await open({ issuer, user: user.id });
    session.adopt(response);
    if (isEntering && !isSame && entered.wasRegistered) await renewRefusedDevice(entered, response.accessToken);
    const leftLocal = isEntering && left?.isLocal ? { issuer: left.issuer, user: left.user } : undefined;
    if (isEntering || !isSame) await profile.use((store) => store.saveActive(account, leftLocal));
    setSignedIn(account, true);
    if (isEntering || !isSame) options.tabs.send();
    opened?.registerDevice().then((registered) => {
      if (!registered.ok) logger.warn('device-not-registered', { code: registered.error.code });
    }, logFailure('device-not-registered'));
  };
  /** A device that was revoked meanwhile comes back under a new key. */
  const renewRefusedDevice = async (entered: OpenAccount, accessToken: string): Promise<void> => {
    const confirmed = await entered.confirmDevice(accessToken);
    if (confirmed.ok || confirmed.error.code !== 'revoked') return;
    await entered.retireDevice();
    await closeOpened();
    await open(entered);
  };

  const endSession = async (why: { notice?: SignedOutNotice; isSessionOpen?: boolean }): Promise<void> => {
    const leaving = opened;
    session.forget();
    setSignedOut(config?.isSetUp, why.notice);
    try {
      if (leaving) await profile.use((store) => store.clearActive(leaving, why));
    } finally {
      await closeOpened();
      options.tabs.send();
    }
  };

  const startFromLocalData = async (): Promise<void> => {
    const { known, notice } = await profile.use(async (store) => {
      config ??= await store.config();
      return { known: await store.activeAccount(), notice: await store.notice() };
    });
    if (known === undefined) {
      if (state.kind !== 'signed-out') setState({ kind: 'loading' });
      const fetched = await fetchConfig();
      if (opened === undefined) setSignedOut(fetched.ok ? fetched.value.isSetUp : undefined, notice);
      return;
    }
    await open({ issuer: known.issuer, user: known.user.id });
    setSignedIn(known, options.isOnline());
    void connect();
  };
  const start = (): void =>
    void inOrder(startFromLocalData).catch(async (error: unknown) => {
      logFailure('account-not-restored')(error);
      const fetched = await fetchConfig();
      setSignedOut(fetched.ok ? fetched.value.isSetUp : undefined);
    });

  /** Another tab signed in or out, in as somebody else, or the account's name or workspaces changed there. */
  const followOtherTab = (): void => {
    void inOrder(async () => {
      const known = await profile.use((store) => store.activeAccount());
      const isSame = known?.user.id === opened?.user && known?.issuer === opened?.issuer;
      if (isSame && opened?.isSuperseded !== true) {
        if (known && state.kind === 'signed-in') setState({ ...state, user: known.user, workspaces: known.workspaces });
        return;
      }
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
    const adopted = await attempt(() => adoptNow(sessionOf(answer.value), true));
    if (adopted.ok) return answer;
    if (opened === undefined) start(); // what was open before is closed by now
    return adopted;
  };
  const enterLocal = async (account: KnownAccount): Promise<void> => {
    const entered = await open({ issuer: account.issuer, user: account.user.id });
    await prepareLocalRooms(account, entered.caches, clock.now());
    await profile.use((store) => store.saveActive(account));
    setSignedIn(account, false);
    options.tabs.send();
  };
  const deviceAccounts = createDeviceAccounts({
    ...{ profile, clock, random, attempt, logFailure },
    opened: () => opened,
    enter: enterLocal,
  });

  start();
  profile.finishRemovals().catch(logFailure('account-not-removed'));

  return {
    get state() {
      return state;
    },
    get opened() {
      return opened;
    },
    get ice() {
      return config ?? { iceServers: [] };
    },
    get deviceId() {
      return opened?.signer.deviceId;
    },
    get networkOrigins() {
      return config?.networkOrigins ?? [];
    },
    on: (event, listener) => events.on(event, listener),
    ...createAccountCalls(api, options.origin, (room) => opened?.credentials.access(room)),
    ...deviceAccounts,
    ...createAccountEntries({
      api,
      enter,
      hasSession: () => state.kind === 'signed-in' && !state.isLocal,
      onSetUp: () => {
        if (config) config = { ...config, isSetUp: true };
      },
      // beside the drawing of its screen, which asks for the same
      onJoined: (room) => void opened?.credentials.access(room),
      onChanged: async (user, workspaces) => {
        if (state.kind !== 'signed-in' || !opened) return;
        setState({ ...state, user, workspaces });
        const account = { issuer: opened.issuer, user, workspaces: [...workspaces], lastUsedAt: clock.now() };
        await profile.use((store) => store.updateActive(account)).catch(logFailure('profile-not-kept'));
        options.tabs.send();
      },
    }),
    people: createPeople(api, options.origin),
    api,
    signOut: async ({ removeData }) => {
      const leaving = opened;
      await inOrder(() => endSession({ isSessionOpen: leaving?.isLocal === false })).catch(
        logFailure('sign-out-incomplete'),
      );
      if (leaving?.isLocal === false && options.isOnline()) await endSignedOutSession();
      if (!removeData || !leaving) return;
      await profile.remove({ issuer: leaving.issuer, user: leaving.user }).catch(logFailure('account-not-removed'));
    },
    setAdopting: (progress) => {
      if (state.kind !== 'signed-in') return;
      const { adopting: _, ...rest } = state;
      setState({ ...rest, ...(progress === undefined ? {} : { adopting: progress }) });
    },
    removeAdopted: (account) => profile.remove(account),
    verifySession: (code) => {
      if (opened?.isLocal !== false || state.kind !== 'signed-in') return;
      wasDeviceRefused = code === 'revoked';
      void session.verify().finally(() => (wasDeviceRefused = false));
    },
    wake: () => {
      backoff.reset();
      cancelRetry?.();
      cancelRetry = undefined;
      opened?.credentials.retryNow();
      if (state.kind === 'signed-in' && !state.online) void connect();
      if (state.kind !== 'signed-out') return;
      void endSignedOutSession();
      if (state.isSetUp === undefined) start();
    },
    close: async () => {
      isClosed = true;
      unsubscribeTabs();
      options.tabs.close();
      await inOrder(closeOpened);
      await profile.close();
      events.clear();
    },
  };
}
