/** Who may do what on this instance, asked of the server: members, roles, links, devices. Thin calls; nothing is kept. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import {
  createWorkspaceLinkResponseSchema,
  devicesResponseSchema,
  membersResponseSchema,
  roomSchema,
  roomsResponseSchema,
  workspaceLinksResponseSchema,
  workspaceMembersResponseSchema,
  type Audience,
  type Device,
  type Room,
  type RoomMember,
  type WorkspaceLink,
  type WorkspaceMember,
} from '@vicinal/shared/http/api.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { ok, type Result } from '@vicinal/shared/result.ts';
import type { LinkRole, RoomRole, WorkspaceRole } from '@vicinal/shared/roles.ts';
import { paths } from '../paths.ts';
import type { ApiClient, ApiRequest } from './api-client.ts';

export type Answer<T> = Promise<Result<T, AppError>>;
export type GivenRole = Exclude<RoomRole, 'archiver'>;

/** What expires and how often a link may be used; absent means without limit. `expiresAt` in ms since the epoch. */
export interface LinkTerms {
  readonly expiresAt?: number;
  readonly maxUses?: number;
}

/** Every method asks the server: 'network' when it cannot be reached. */
export interface People {
  workspaceMembers(workspace: WorkspaceId): Answer<readonly WorkspaceMember[]>;
  setWorkspaceRole(workspace: WorkspaceId, user: UserId, role: WorkspaceRole): Answer<undefined>;
  removeFromWorkspace(workspace: WorkspaceId, user: UserId): Answer<undefined>;
  createWorkspaceLink(workspace: WorkspaceId, terms: LinkTerms): Answer<{ link: WorkspaceLink; url: string }>;
  workspaceLinks(workspace: WorkspaceId): Answer<readonly WorkspaceLink[]>;
  revokeWorkspaceLink(workspace: WorkspaceId, id: WorkspaceLink['id']): Answer<undefined>;
  /** Documents of the workspace that this person may open. */
  rooms(workspace: WorkspaceId): Answer<readonly Room[]>;
  room(room: RoomId): Answer<Room>;
  setRoomAccess(room: RoomId, audience: Audience, role: LinkRole): Answer<Room>;
  roomMembers(room: RoomId): Answer<readonly RoomMember[]>;
  setRoomMember(room: RoomId, user: UserId, role: GivenRole): Answer<undefined>;
  removeFromRoom(room: RoomId, user: UserId): Answer<undefined>;
  /** Asks the owners of a document that this person cannot open. The answer never tells whether there is one. */
  requestAccess(room: RoomId): Answer<undefined>;
  devices(): Answer<readonly Device[]>;
  revokeDevice(device: DeviceId): Answer<undefined>;
}

export function createPeople(api: ApiClient, origin: string): People {
  const read = async <T, U>(
    path: string,
    answer: NonNullable<ApiRequest<T>['answer']>,
    pick: (value: T) => U,
  ): Answer<U> => {
    const result = await api.request({ method: 'GET', path, answer, isSignedIn: true });
    return result.ok ? ok(pick(result.value)) : result;
  };
  const end = (path: string): Answer<undefined> => api.request({ method: 'DELETE', path, isSignedIn: true });
  return {
    workspaceMembers: (workspace) =>
      read(`/workspaces/${workspace}/members`, workspaceMembersResponseSchema, ({ members }) => members),
    setWorkspaceRole: (workspace, user, role) =>
      api.request({
        method: 'PATCH',
        path: `/workspaces/${workspace}/members/${user}`,
        body: { role },
        isSignedIn: true,
      }),
    removeFromWorkspace: (workspace, user) => end(`/workspaces/${workspace}/members/${user}`),
    createWorkspaceLink: async (workspace, terms) => {
      const answer = await api.request({
        method: 'POST',
        path: `/workspaces/${workspace}/links`,
        body: terms,
        answer: createWorkspaceLinkResponseSchema,
        isSignedIn: true,
      });
      if (!answer.ok) return answer;
      return ok({ link: answer.value.link, url: `${origin}${paths.join(answer.value.token)}` });
    },
    workspaceLinks: (workspace) =>
      read(`/workspaces/${workspace}/links`, workspaceLinksResponseSchema, ({ links }) => links),
    revokeWorkspaceLink: (workspace, id) => end(`/workspaces/${workspace}/links/${id}`),
    rooms: (workspace) => read(`/workspaces/${workspace}/rooms`, roomsResponseSchema, ({ rooms }) => rooms),
    room: (room) => read(`/rooms/${room}`, roomSchema, (value) => value),
    setRoomAccess: (room, audience, role) =>
      api.request({
        method: 'PUT',
        path: `/rooms/${room}/access`,
        body: { audience, role },
        answer: roomSchema,
        isSignedIn: true,
      }),
    roomMembers: (room) => read(`/rooms/${room}/members`, membersResponseSchema, ({ members }) => members),
    setRoomMember: (room, user, role) =>
      api.request({ method: 'PUT', path: `/rooms/${room}/members/${user}`, body: { role }, isSignedIn: true }),
    removeFromRoom: (room, user) => end(`/rooms/${room}/members/${user}`),
    requestAccess: (room) => api.request({ method: 'POST', path: `/rooms/${room}/access-requests`, isSignedIn: true }),
    devices: () => read('/devices', devicesResponseSchema, ({ devices }) => devices),
    revokeDevice: (device) => end(`/devices/${device}`),
  };
}
