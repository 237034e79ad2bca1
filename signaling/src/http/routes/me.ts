/** What people see and change about themselves: profile, password, account, devices, tokens. */
import {
  changePasswordRequestSchema,
  registerDeviceRequestSchema,
  tokensRequestSchema,
  updateProfileRequestSchema,
  upgradeRequestSchema,
} from '@vicinal/shared/http/api.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import {
  describeSession,
  describeUser,
  describeWorkspaces,
  prepareAccount,
  upgradeGuest,
} from '../../auth/accounts.ts';
import { listDevices, registerDevice, revokeDevice } from '../../auth/devices.ts';
import { changePassword } from '../../auth/profile.ts';
import { renewAccess } from '../../auth/sessions.ts';
import { issueTokens } from '../../auth/tickets.ts';
import { findUser, updateProfile } from '../../db/users.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import type { AppDeps } from '../../deps.ts';
import type { HttpLimits } from '../limits.ts';
import { route, type Route } from '../route.ts';

export const ownRoutes = (deps: AppDeps, limits: HttpLimits): readonly Route[] => [
  route({
    method: 'get',
    path: '/api/me',
    access: 'bearer',
    handle: async ({ caller }) => ({ body: await describeMe(deps, caller.id) }),
  }),
  route({
    method: 'patch',
    path: '/api/me',
    access: 'bearer',
    body: updateProfileRequestSchema,
    handle: async ({ caller, body }) => {
      await updateProfile(deps.database, caller.id, body);
      return { body: await describeMe(deps, caller.id) };
    },
  }),
  route({
    method: 'post',
    path: '/api/me/password',
    access: 'bearer',
    budget: 'sign-in',
    body: changePasswordRequestSchema,
    handle: async ({ caller, session, body, address }) => {
      const email = caller.email ?? caller.id;
      await limits.countSignIn(email, address);
      await changePassword(deps, caller, session, body);
      await limits.signInSucceeded(email, address);
      return {};
    },
  }),
  route({
    method: 'post',
    path: '/api/me/upgrade',
    access: 'bearer',
    budget: 'sign-in',
    body: upgradeRequestSchema,
    handle: async ({ caller, body, address, accessToken = '' }) => {
      if (caller.email !== null) throw new AppError('conflict', 'has an account already');
      await limits.countSignIn(body.email, address);
      await upgradeGuest(deps.database, caller.id, await prepareAccount(body));
      await limits.signInSucceeded(body.email, address);
      const renewed = await renewAccess(deps, accessToken);
      return { body: await describeSession(deps, { accessToken: renewed, user: caller.id }) };
    },
  }),
  route({
    method: 'get',
    path: '/api/devices',
    access: 'bearer',
    handle: async ({ caller }) => ({ body: { devices: await listDevices(deps, caller.id) } }),
  }),
  route({
    method: 'post',
    path: '/api/devices',
    access: 'bearer',
    body: registerDeviceRequestSchema,
    handle: async ({ caller, session, body }) => {
      await registerDevice(deps, caller.id, session, body);
      return {};
    },
  }),
  route({
    method: 'delete',
    path: '/api/devices/:device',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await revokeDevice(deps, caller.id, param('device'));
      return {};
    },
  }),
  route({
    method: 'post',
    path: '/api/tokens',
    access: 'bearer',
    body: tokensRequestSchema,
    handle: async ({ caller, session, body }) => ({
      body: await issueTokens(deps, caller, session, body.device, body.rooms),
    }),
  }),
];

async function describeMe(deps: AppDeps, id: UserId) {
  const user = await findUser(deps.database, id);
  if (!user) throw new AppError('unauthenticated', 'the user of a session is gone');
  return { user: describeUser(user), workspaces: await describeWorkspaces(deps.database, id) };
}
