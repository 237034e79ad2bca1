/** Rate limits of the HTTP API, kept in memory. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Limits } from '../config.ts';
import { hashSecret } from '../random-ids.ts';
import type { Budget } from './route.ts';

export interface HttpLimits {
  /** Throws `rate-limited`. `key` is an address or network. */
  countRequest(budget: Budget, key: string): Promise<void>;
  countCaller(user: string): Promise<void>;
  countActivity(user: string): Promise<void>;
  countPushTest(user: string): Promise<void>;
  countAccessRequest(user: string): Promise<void>;
  /**
   * Counts an attempt as a failure beforehand, so that parallel attempts do not slip through; {@link signInSucceeded} takes
   * it back. Throws `rate-limited` when the account had too many, whether or not it exists.
   */
  countSignIn(email: string, key: string): Promise<void>;
  signInSucceeded(email: string, key: string): Promise<void>;
}

const minuteS = 60;
const quarterS = 15 * 60;
const hourS = 60 * 60;

export function createHttpLimits(limits: Limits): HttpLimits {
  const budgets: Readonly<Record<Budget, RateLimiterMemory>> = {
    public: new RateLimiterMemory({ points: limits.publicPerAddressPerMinute, duration: minuteS }),
    health: new RateLimiterMemory({ points: limits.publicPerAddressPerMinute * 10, duration: minuteS }),
    join: new RateLimiterMemory({ points: limits.joinsPerAddressPerMinute, duration: minuteS }),
    'sign-in': new RateLimiterMemory({ points: limits.signInsPerAddressPerQuarter, duration: quarterS }),
  };
  const callers = new RateLimiterMemory({ points: limits.apiPerUserPerMinute, duration: minuteS });
  const activity = new RateLimiterMemory({ points: limits.activityPerUserPerMinute, duration: minuteS });
  const pushTests = new RateLimiterMemory({ points: limits.pushTestsPerUserPerHour, duration: hourS });
  const accessRequests = new RateLimiterMemory({ points: limits.accessRequestsPerUserPerHour, duration: hourS });
  const failures = new RateLimiterMemory({ points: limits.failedSignInsPerAccount, duration: quarterS });
  // An attacker with many addresses is slowed per account as well, without locking its owner out from elsewhere at once.
  const failuresAnywhere = new RateLimiterMemory({ points: limits.failedSignInsPerAccount * 10, duration: quarterS });

  const consume = async (limiter: RateLimiterMemory, key: string): Promise<void> => {
    try {
      await limiter.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new AppError('rate-limited');
      throw error;
    }
  };
  // Addresses of people do not stand in memory longer than a request, and keys have one size.
  const account = (email: string): string => Buffer.from(hashSecret(email.trim().toLowerCase())).toString('base64url');

  return {
    countRequest: (budget, key) => consume(budgets[budget], key),
    countCaller: (user) => consume(callers, user),
    countActivity: (user) => consume(activity, user),
    countPushTest: (user) => consume(pushTests, user),
    countAccessRequest: (user) => consume(accessRequests, user),
    countSignIn: async (email, key) => {
      const id = account(email);
      await consume(failures, `${id} ${key}`);
      await consume(failuresAnywhere, id);
    },
    signInSucceeded: async (email, key) => {
      const id = account(email);
      await Promise.all([failures.delete(`${id} ${key}`), failuresAnywhere.delete(id)]);
    },
  };
}
