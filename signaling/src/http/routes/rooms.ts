/** Rooms, their members and links. */
import {
  createLinkRequestSchema,
  createRoomRequestSchema,
  roomAccessRequestSchema,
  setRoomMemberRequestSchema,
} from '@vicinal/shared/http/api.ts';
import type { AppDeps } from '../../deps.ts';
import { createLink, listLinks, revokeLink } from '../../invites/links.ts';
import { listMembers, removeMember, setMember } from '../../rooms/members.ts';
import { createRoom, describeRoom, listRooms, openRoom, setAudience } from '../../rooms/rooms.ts';
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
      body: await createRoom(deps, caller.id, param('workspace'), body),
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
    method: 'put',
    path: '/api/rooms/:room/access',
    access: 'bearer',
    body: roomAccessRequestSchema,
    handle: async ({ caller, param, body }) => ({ body: await setAudience(deps, caller.id, param('room'), body) }),
  }),
  route({
    method: 'get',
    path: '/api/rooms/:room/members',
    access: 'bearer',
    handle: async ({ caller, param }) => ({ body: { members: await listMembers(deps, caller.id, param('room')) } }),
  }),
  route({
    method: 'put',
    path: '/api/rooms/:room/members/:user',
    access: 'bearer',
    body: setRoomMemberRequestSchema,
    handle: async ({ caller, param, body }) => {
      await setMember(deps, caller.id, param('room'), param('user'), body.role);
      return {};
    },
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
];
