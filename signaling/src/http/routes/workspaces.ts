/** People of a workspace and the links that make them. */
import { createWorkspaceLinkRequestSchema, setWorkspaceMemberRequestSchema } from '@vicinal/shared/http/api.ts';
import type { AppDeps } from '../../deps.ts';
import { createWorkspaceLink, listWorkspaceLinks, revokeWorkspaceLink } from '../../invites/workspace-links.ts';
import { listWorkspaceMembers, removeFromWorkspace, setWorkspaceRole } from '../../workspaces/members.ts';
import { route, type Route } from '../route.ts';

export const workspaceRoutes = (deps: AppDeps): readonly Route[] => [
  route({
    method: 'get',
    path: '/api/workspaces/:workspace/members',
    access: 'bearer',
    handle: async ({ caller, param }) => ({
      body: { members: await listWorkspaceMembers(deps, caller.id, param('workspace')) },
    }),
  }),
  route({
    method: 'patch',
    path: '/api/workspaces/:workspace/members/:user',
    access: 'bearer',
    body: setWorkspaceMemberRequestSchema,
    handle: async ({ caller, param, body }) => {
      await setWorkspaceRole(deps, caller.id, param('workspace'), param('user'), body.role);
      return {};
    },
  }),
  route({
    method: 'delete',
    path: '/api/workspaces/:workspace/members/:user',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await removeFromWorkspace(deps, caller.id, param('workspace'), param('user'));
      return {};
    },
  }),
  route({
    method: 'get',
    path: '/api/workspaces/:workspace/links',
    access: 'bearer',
    handle: async ({ caller, param }) => ({
      body: { links: await listWorkspaceLinks(deps, caller.id, param('workspace')) },
    }),
  }),
  route({
    method: 'post',
    path: '/api/workspaces/:workspace/links',
    access: 'bearer',
    body: createWorkspaceLinkRequestSchema,
    handle: async ({ caller, param, body }) => ({
      status: 201,
      body: await createWorkspaceLink(deps, caller.id, param('workspace'), body),
    }),
  }),
  route({
    method: 'delete',
    path: '/api/workspaces/:workspace/links/:link',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await revokeWorkspaceLink(deps, caller.id, param('workspace'), param('link'));
      return {};
    },
  }),
];
