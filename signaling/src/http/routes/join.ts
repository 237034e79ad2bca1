/** Looking at links and using them. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { inspectLinkRequestSchema, joinRequestSchema } from '@vicinal/shared/http/api.ts';
import { describeSession } from '../../auth/accounts.ts';
import { renewAccess } from '../../auth/sessions.ts';
import type { AppDeps } from '../../deps.ts';
import { inspectLink, joinByLink } from '../../invites/join.ts';
import type { HttpLimits } from '../limits.ts';
import { route, type Route } from '../route.ts';

export const joinRoutes = (deps: AppDeps, limits: HttpLimits): readonly Route[] => [
  route({
    method: 'post',
    path: '/api/join/inspect',
    access: 'public',
    budget: 'join',
    body: inspectLinkRequestSchema,
    handle: async ({ body }) => ({ body: await inspectLink(deps, body.token) }),
  }),
  route({
    method: 'post',
    path: '/api/join',
    access: 'optional',
    budget: 'join',
    body: joinRequestSchema,
    handle: async ({ caller, body, accessToken = '', address }) => {
      const { account } = body;
      if (account) {
        await limits.countRequest('sign-in', address);
        await limits.countSignIn(account.email, address);
      }
      const { session, ...joined } = await joinByLink(deps, body, caller);
      if (account) await limits.signInSucceeded(account.email, address);
      if (session)
        return {
          status: 201,
          body: { ...joined, session: await describeSession(deps, session) },
          refreshToken: session.refreshToken,
        };
      if (!caller) throw new AppError('internal', 'joined as nobody');
      const renewed = await renewAccess(deps, accessToken);
      return { body: { ...joined, session: await describeSession(deps, { accessToken: renewed, user: caller.id }) } };
    },
  }),
];
