/** Everything that belongs to one signed-in account on this device, opened and closed together. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { createTokenVerifier, type JwksTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import { deviceRegistrationMessage } from '@vicinal/shared/crypto/transcript.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { jwksResponseSchema } from '@vicinal/shared/http/api.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { ok, unwrap, type Result } from '@vicinal/shared/result.ts';
import { createAccountCaches, type AccountCaches } from '../storage/account-caches.ts';
import { openAccountDatabase, type AccountDatabase } from '../storage/database.ts';
import { markDeviceRegistered, openDevice, retireDevice } from '../storage/device-store.ts';
import type { ApiClient } from './api-client.ts';
import { createCredentials, type RoomCredentials } from './credentials.ts';
import { isLocalIssuer } from './local-account.ts';
import { createLocalCredentials } from './local-credentials.ts';
import type { Hold } from './session.ts';

export interface OpenAccount {
  readonly issuer: string;
  readonly user: UserId;
  /** No server knows this account. */
  readonly isLocal: boolean;
  readonly database: AccountDatabase;
  readonly caches: AccountCaches;
  readonly signer: DeviceSigner;
  readonly tokens: JwksTokenVerifier;
  readonly credentials: RoomCredentials;
  /** Shows the device key to the server, once. Needs a session. */
  registerDevice(): Promise<Result<undefined, AppError>>;
  /** Whether the server took the device key in an earlier session: it may have been revoked since. */
  readonly wasRegistered: boolean;
  /** Shows the device key again, with this token and no other. `revoked` when the server refuses the key for good. */
  confirmDevice(accessToken: string): Promise<Result<undefined, AppError>>;
  /** Gives the device key up; the account has to be opened again, with a new one. */
  retireDevice(): Promise<void>;
  /** The server's wall time as heard just now. */
  heardServerNow(ms: number): void;
  /** Runs before the database closes: whoever writes flushes here. Returns the function that withdraws it. */
  beforeClose(work: () => Promise<void>): () => void;
  /** Another tab upgraded or removed the database: this one can only be reloaded. */
  readonly isSuperseded: boolean;
  close(): Promise<void>;
}

export interface OpenAccountOptions {
  readonly issuer: string;
  readonly user: UserId;
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Name of this device in lists. */
  readonly label: string;
  readonly onSuperseded: () => void;
  /** Another tab removes the account's data; everything of it here is closed. */
  readonly onRemoved: () => void;
  /** The server refuses this device for good. */
  readonly onDeviceRevoked: () => void;
  /** Keeps other tabs from taking a local account's documents elsewhere while it is open. */
  readonly hold: Hold;
}

/** Lock under which a local account's documents are taken elsewhere. */
export const localAccountLock = (user: UserId): string => `vicinal/open/${user}`;

export async function openAccount(options: OpenAccountOptions): Promise<OpenAccount> {
  const { issuer, user, api, clock } = options;
  const closers = new Set<() => Promise<void>>();
  let isSuperseded = false;
  const flush = async (): Promise<void> => {
    const running = [...closers];
    closers.clear();
    await Promise.allSettled(running.map((work) => work()));
  };
  const isLocal = isLocalIssuer(issuer);
  const letGo = isLocal ? await options.hold(localAccountLock(user)) : (): void => undefined;
  const database = await openAccountDatabase(issuer, user, {
    onSuperseded: async (reason) => {
      isSuperseded = true;
      await flush();
      if (reason === 'removal') options.onRemoved();
      else options.onSuperseded();
    },
  }).catch((error: unknown) => {
    letGo();
    throw error;
  });
  try {
    const caches = createAccountCaches(database);
    const [device, jwks, clockOffsetMs] = await Promise.all([
      openDevice(database),
      caches.jwks(),
      caches.clockOffsetMs(),
    ]);
    let isRegistered = device.isRegistered;
    const tokens = createTokenVerifier({
      issuer: () => issuer,
      fetchJwks: async () => unwrap(await api.request({ method: 'GET', path: '/jwks', answer: jwksResponseSchema })),
      clock,
      ...(jwks === undefined ? {} : { cached: jwks }),
      // a cache: what is not kept is fetched again
      onJwks: (fetched) => void caches.saveJwks(fetched).catch(() => undefined),
    });
    // the first ticket would wait for them; kept ones are asked for anew only when they do not do
    if (jwks === undefined && !isLocal) void tokens.refresh();
    if (clockOffsetMs !== undefined) tokens.setServerNow(clock.now() + clockOffsetMs);
    const heardServerNow = (ms: number): void => {
      tokens.setServerNow(ms);
      // a cache: heard again with the next answer
      caches.saveClockOffsetMs(ms - clock.now()).catch(() => undefined);
    };
    let showing: Promise<Result<undefined, AppError>> | undefined;
    const registerDevice = (): Promise<Result<undefined, AppError>> => {
      if (isRegistered || isLocal) return Promise.resolve(ok());
      showing ??= showDevice().finally(() => (showing = undefined));
      return showing;
    };
    const showDevice = async (accessToken?: string): Promise<Result<undefined, AppError>> => {
      const at = Math.trunc(tokens.serverNow());
      const sig = await device.signer.sign(deviceRegistrationMessage(issuer, user, at));
      const body = { devicePub: toBase64Url(device.signer.publicKey), at, sig: toBase64Url(sig), label: options.label };
      const token = accessToken === undefined ? { isSignedIn: true } : { accessToken };
      const answer = await api.request({ method: 'POST', path: '/devices', body, ...token });
      if (!answer.ok) return answer;
      if (isRegistered) return ok();
      isRegistered = true;
      // nobody waits for the disk: repeating the registration is harmless
      markDeviceRegistered(database).catch(() => undefined);
      return ok();
    };
    const credentials = isLocal
      ? createLocalCredentials(caches)
      : createCredentials({
          api,
          caches,
          device: device.signer.deviceId,
          clock,
          random: options.random,
          onServerNow: heardServerNow,
          registerDevice: async () => {
            const registered = await registerDevice();
            if (!registered.ok && registered.error.code === 'revoked') options.onDeviceRevoked();
            return registered;
          },
          onDeviceRevoked: options.onDeviceRevoked,
        });
    let closing: Promise<void> | undefined;
    return {
      issuer,
      user,
      isLocal,
      database,
      caches,
      signer: device.signer,
      tokens,
      credentials,
      heardServerNow,
      registerDevice,
      wasRegistered: device.isRegistered,
      confirmDevice: showDevice,
      retireDevice: () => retireDevice(database),
      beforeClose: (work) => {
        closers.add(work);
        return () => void closers.delete(work);
      },
      get isSuperseded() {
        return isSuperseded;
      },
      close: () => {
        closing ??= flush().then(() => {
          credentials.close();
          database.close();
          letGo();
        });
        return closing;
      },
    };
  } catch (error) {
    database.close();
    letGo();
    throw error;
  }
}
