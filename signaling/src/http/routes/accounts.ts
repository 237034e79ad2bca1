/** Set-up, sign-in and sessions. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { setupRequestSchema, signInRequestSchema } from '@vicinal/shared/http/api.ts';
import { describeSession, setUp, signIn } from '../../auth/accounts.ts';
import { endSession, rotateSession } from '../../auth/sessions.ts';
import type { AppDeps } from '../../deps.ts';
import type { HttpLimits } from '../limits.ts';
import { route, type Route } from '../route.ts';

export const accountRoutes = (deps: AppDeps, limits: HttpLimits): readonly Route[] => [
  route({
    method: 'post',
    path: '/api/setup',
    access: 'public',
    budget: 'sign-in',
    body: setupRequestSchema,
    handle: async ({ body }) => {
      const issued = await setUp(deps, body);
      return { status: 201, body: await describeSession(deps, issued), refreshToken: issued.refreshToken };
    },
  }),
  route({
    method: 'post',
    path: '/api/auth/sign-in',
    access: 'public',
    budget: 'sign-in',
    body: signInRequestSchema,
    handle: async ({ body, address }) => {
      await limits.countSignIn(body.email, address);
      const issued = await signIn(deps, body.email, body.password);
      await limits.signInSucceeded(body.email, address);
      return { body: await describeSession(deps, issued), refreshToken: issued.refreshToken };
    },
  }),
  route({
    method: 'post',
    path: '/api/auth/refresh',
    access: 'cookie',
    handle: async ({ refreshToken }) => {
      if (refreshToken === undefined) throw new AppError('unauthenticated');
      const issued = await rotateSession(deps, refreshToken);
      return { body: await describeSession(deps, issued), refreshToken: issued.refreshToken };
    },
  }),
  route({
    method: 'post',
    path: '/api/auth/sign-out',
    access: 'cookie',
    handle: async ({ refreshToken }) => {
      if (refreshToken !== undefined) await endSession(deps, refreshToken);
      return { refreshToken: null };
    },
  }),
];
