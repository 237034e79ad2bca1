/** Keeps this archiver's tokens fresh and verifies those of others, also while signaling is down. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { GrantClaims } from '@vicinal/shared/crypto/claims.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { createTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import type { JwksTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { KnownIce } from '@vicinal/shared/mesh/ice-servers.ts';
import type { Credentials } from '@vicinal/shared/mesh/types.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { ArchiverTokens, SignalingApi } from './signaling-api.ts';
import { saveInstanceCache } from './state-files.ts';
import type { Enrolment, InstanceCache } from './state-files.ts';

/** Tokens are renewed once this part of their life is over. */
const RENEW_AFTER = 0.5;
/** Least time between two failed renewals. */
const RETRY_MS = 1000;

export interface Identity {
  readonly credentials: Credentials;
  readonly tokens: JwksTokenVerifier;
  ice(): Omit<KnownIce, 'origin'>;
  /** The grant under which checkpoints are signed; '' before the first successful renewal. */
  grant(): string;
  /** The grant under which entries are written, renewed when due. Rejects while there is none. */
  verifiedGrant(): Promise<{ readonly grant: string; readonly claims: GrantClaims }>;
  /** Server's wall time in ms as far as known. */
  now(): number;
}

export interface IdentityOptions {
  readonly enrolment: Enrolment;
  readonly signer: DeviceSigner;
  readonly api: SignalingApi;
  readonly stateDir: string;
  readonly cached: InstanceCache | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Held {
  readonly tokens: ArchiverTokens;
  readonly at: number;
}

export function createIdentity(options: IdentityOptions): Identity {
  const { enrolment, api, stateDir, clock, logger } = options;
  let cache: InstanceCache = options.cached ?? { jwks: { keys: [] }, iceServers: [] };
  let held: Held | undefined;
  let renewing: Promise<Result<Held, AppError>> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let failure: AppError | undefined;
  let isClockKnown = false;

  const remember = (changes: Partial<InstanceCache>): void => {
    const next = { ...cache, ...changes };
    if (JSON.stringify(next) === JSON.stringify(cache)) return;
    cache = next;
    saveInstanceCache(stateDir, cache).catch(() => logger.warn('identity.cache-not-saved'));
  };
  const tokens = createTokenVerifier({
    issuer: () => enrolment.issuer,
    fetchJwks: () => api.jwks(),
    clock,
    cached: cache.jwks,
    onJwks: (jwks) => remember({ jwks }),
  });

  const renew = async (): Promise<Result<Held, AppError>> => {
    try {
      const answer = await api.tokens(enrolment.issuer, tokens.serverNow());
      tokens.setServerNow(answer.now);
      held = { tokens: answer, at: clock.monotonic() };
      failure = undefined;
      logger.debug('identity.renewed', { lifetimeMs: answer.lifetimeMs });
      void refreshInstance();
      return ok(held);
    } catch (error) {
      failedAt = clock.monotonic();
      const code = error instanceof AppError ? error.code : 'network';
      if (failure?.code !== code) logger.warn('identity.renewal-failed', { code });
      failure = error instanceof AppError ? error : new AppError('network', 'renewal', { cause: error });
      return err(failure);
    }
  };
  const refreshInstance = async (): Promise<void> => {
    try {
      const config = await api.config();
      tokens.setServerNow(config.now);
      isClockKnown = true;
      const { iceServers, stunPort, isRelayOnly } = config;
      remember({ iceServers, stunPort, isRelayOnly });
      await tokens.refresh();
    } catch {
      // the cached values stay
    }
  };
  const isFresh = (one: Held, part: number): boolean => clock.monotonic() - one.at < one.tokens.lifetimeMs * part;

  /** Fresh tokens, or those held while they still count and the server cannot be reached. */
  const current = async (): Promise<Result<Held, AppError>> => {
    if (held && isFresh(held, RENEW_AFTER)) return ok(held);
    if (failure && clock.monotonic() - failedAt < RETRY_MS) return held && isFresh(held, 1) ? ok(held) : err(failure);
    if (!isClockKnown) await refreshInstance(); // the signature names the server's time
    renewing ??= renew().finally(() => (renewing = undefined));
    const renewed = await renewing;
    return !renewed.ok && held && isFresh(held, 1) ? ok(held) : renewed;
  };

  return {
    tokens,
    ice: () => ({ ...cache, granted: held?.tokens.iceServers ?? [] }),
    grant: () => ofWorkspace(held)?.grant ?? '',
    verifiedGrant: async () => {
      const result = await current();
      if (!result.ok) throw result.error;
      const grant = ofWorkspace(result.value)?.grant;
      if (grant === undefined) throw new AppError('forbidden', 'not enrolled in the workspace any more');
      const claims = await tokens.verify(grant);
      if (!claims.ok) throw claims.error;
      return { grant, claims: claims.value };
    },
    now: () => tokens.serverNow(),
    credentials: {
      peerToken: async () => {
        const result = await current();
        return result.ok ? ok(result.value.tokens.peerToken) : result;
      },
      room: async () => {
        const result = await current();
        if (!result.ok) return result;
        const found = ofWorkspace(result.value);
        return found
          ? ok({ ticket: found.ticket, grant: found.grant })
          : err(new AppError('forbidden', 'not enrolled in the workspace any more'));
      },
    },
  };

  function ofWorkspace(one: Held | undefined): { ticket: string; grant: string } | undefined {
    return one?.tokens.workspaces.find(({ workspace }) => workspace === enrolment.workspace);
  }
}
