/** Set-up, sign-in and sessions. */
import { AppError } from '@vicinal/shared/app-error.ts';
import {
  registerDeviceRequestSchema,
  setupRequestSchema,
  signInRequestSchema,
  tokensRequestSchema,
} from '@vicinal/shared/http/api.ts';
import { describeSession, describeUser, describeWorkspaces, setUp, signIn } from '../../auth/accounts.ts';
import { registerDevice } from '../../auth/devices.ts';
import { endSession, rotateSession } from '../../auth/sessions.ts';
import { issueTokens } from '../../auth/tickets.ts';
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
  route({
    method: 'get',
    path: '/api/me',
    access: 'bearer',
    handle: async ({ caller }) => ({
      body: { user: describeUser(caller), workspaces: await describeWorkspaces(deps.database, caller.id) },
    }),
  }),
  route({
    method: 'post',
    path: '/api/devices',
    access: 'bearer',
    body: registerDeviceRequestSchema,
    handle: async ({ caller, body }) => {
      await registerDevice(deps, caller.id, body);
      return {};
    },
  }),
  route({
    method: 'post',
    path: '/api/tokens',
    access: 'bearer',
    body: tokensRequestSchema,
    handle: async ({ caller, body }) => ({ body: await issueTokens(deps, caller, body.device, body.rooms) }),
  }),
];
