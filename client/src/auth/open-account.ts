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
import { markDeviceRegistered, openDevice } from '../storage/device-store.ts';
import type { ApiClient } from './api-client.ts';
import { createCredentials, type RoomCredentials } from './credentials.ts';

export interface OpenAccount {
  readonly issuer: string;
  readonly user: UserId;
  readonly database: AccountDatabase;
  readonly caches: AccountCaches;
  readonly signer: DeviceSigner;
  readonly tokens: JwksTokenVerifier;
  readonly credentials: RoomCredentials;
  /** Shows the device key to the server, once. Needs a session. */
  registerDevice(): Promise<Result<undefined, AppError>>;
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
}

export async function openAccount(options: OpenAccountOptions): Promise<OpenAccount> {
  const { issuer, user, api, clock } = options;
  const closers = new Set<() => Promise<void>>();
  let isSuperseded = false;
  const flush = async (): Promise<void> => {
    const running = [...closers];
    closers.clear();
    await Promise.allSettled(running.map((work) => work()));
  };
  const database = await openAccountDatabase(issuer, user, {
    onSuperseded: async () => {
      isSuperseded = true;
      await flush();
      options.onSuperseded();
    },
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
    if (clockOffsetMs !== undefined) tokens.setServerNow(clock.now() + clockOffsetMs);
    const heardServerNow = (ms: number): void => {
      tokens.setServerNow(ms);
      // a cache: heard again with the next answer
      caches.saveClockOffsetMs(ms - clock.now()).catch(() => undefined);
    };
    const registerDevice = async (): Promise<Result<undefined, AppError>> => {
      if (isRegistered) return ok();
      const at = Math.trunc(tokens.serverNow());
      const sig = await device.signer.sign(deviceRegistrationMessage(issuer, user, at));
      const body = { devicePub: toBase64Url(device.signer.publicKey), at, sig: toBase64Url(sig), label: options.label };
      const answer = await api.request({ method: 'POST', path: '/devices', body, isSignedIn: true });
      if (!answer.ok) return answer;
      isRegistered = true;
      // repeating the registration is harmless
      await markDeviceRegistered(database).catch(() => undefined);
      return ok();
    };
    const credentials = createCredentials({
      api,
      caches,
      device: device.signer.deviceId,
      clock,
      random: options.random,
      onServerNow: heardServerNow,
      registerDevice,
    });
    let closing: Promise<void> | undefined;
    return {
      issuer,
      user,
      database,
      caches,
      signer: device.signer,
      tokens,
      credentials,
      heardServerNow,
      registerDevice,
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
        });
        return closing;
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
