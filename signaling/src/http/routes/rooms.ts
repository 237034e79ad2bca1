/** Rooms, their members and links; joining by link. */
import {
  createLinkRequestSchema,
  createRoomRequestSchema,
  inspectLinkRequestSchema,
  joinRequestSchema,
} from '@vicinal/shared/http/api.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import { describeSession } from '../../auth/accounts.ts';
import { renewAccess } from '../../auth/sessions.ts';
import type { AppDeps } from '../../deps.ts';
import { createLink, inspectLink, joinByLink, listLinks, revokeLink } from '../../invites/links.ts';
import { createRoom, describeRoom, listMembers, listRooms, openRoom, removeMember } from '../../rooms/rooms.ts';
import { route, type Route } from '../route.ts';

export const roomRoutes = (deps: AppDeps): readonly Route[] => [
  route({
    method: 'get',
    path: '/api/workspaces/:workspace/rooms',
    access: 'bearer',
    handle: async ({ caller, param }) => ({ body: { rooms: await listRooms(deps, caller.id, param('workspace')) } }),
  }),
  route({
    method: 'post',
    path: '/api/workspaces/:workspace/rooms',
    access: 'bearer',
    body: createRoomRequestSchema,
    handle: async ({ caller, param, body }) => ({
      body: await createRoom(deps, caller.id, param('workspace'), body.id),
    }),
  }),
  route({
    method: 'get',
    path: '/api/rooms/:room',
    access: 'bearer',
    handle: async ({ caller, param }) => ({
      body: describeRoom(await openRoom(deps, caller.id, param('room'), 'read')),
    }),
  }),
  route({
    method: 'get',
    path: '/api/rooms/:room/members',
    access: 'bearer',
    handle: async ({ caller, param }) => ({ body: { members: await listMembers(deps, caller.id, param('room')) } }),
  }),
  route({
    method: 'delete',
    path: '/api/rooms/:room/members/:user',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await removeMember(deps, caller.id, param('room'), param('user'));
      return {};
    },
  }),
  route({
    method: 'get',
    path: '/api/rooms/:room/links',
    access: 'bearer',
    handle: async ({ caller, param }) => ({ body: { links: await listLinks(deps, caller.id, param('room')) } }),
  }),
  route({
    method: 'post',
    path: '/api/rooms/:room/links',
    access: 'bearer',
    body: createLinkRequestSchema,
    handle: async ({ caller, param, body }) => ({
      status: 201,
      body: await createLink(deps, caller.id, param('room'), body),
    }),
  }),
  route({
    method: 'delete',
    path: '/api/rooms/:room/links/:link',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await revokeLink(deps, caller.id, param('room'), param('link'));
      return {};
    },
  }),
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
    handle: async ({ caller, body, accessToken }) => {
      const { room, session } = await joinByLink(deps, body.token, caller?.id, body.nickname);
      if (session)
        return {
          status: 201,
          body: { room, session: await describeSession(deps, session) },
          refreshToken: session.refreshToken,
        };
      if (!caller || accessToken === undefined) throw new AppError('internal', 'joined as nobody');
      return {
        body: {
          room,
          session: await describeSession(deps, { accessToken: await renewAccess(deps, accessToken), user: caller.id }),
        },
      };
    },
  }),
];
