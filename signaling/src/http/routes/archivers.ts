/** Enrolment and tokens of archivers. */
import { archiverTokensRequestSchema, enrolRequestSchema } from '@vicinal/shared/http/api.ts';
import {
  authenticateArchiver,
  createEnrolmentCode,
  enrol,
  listArchivers,
  revokeArchiver,
} from '../../archivers/archivers.ts';
import type { AppDeps } from '../../deps.ts';
import { requireAdmin } from '../../workspaces/members.ts';
import { route, type Route } from '../route.ts';

export const archiverRoutes = (deps: AppDeps): readonly Route[] => [
  route({
    method: 'post',
    path: '/api/workspaces/:workspace/archivers/codes',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await requireAdmin(deps, param('workspace'), caller.id);
      return { status: 201, body: await createEnrolmentCode(deps, param('workspace')) };
    },
  }),
  route({
    method: 'get',
    path: '/api/workspaces/:workspace/archivers',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await requireAdmin(deps, param('workspace'), caller.id);
      return { body: { archivers: await listArchivers(deps, param('workspace')) } };
    },
  }),
  route({
    method: 'delete',
    path: '/api/workspaces/:workspace/archivers/:device',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await requireAdmin(deps, param('workspace'), caller.id);
      await revokeArchiver(deps, param('workspace'), param('device'));
      return {};
    },
  }),
  route({
    method: 'post',
    path: '/api/archivers/enroll',
    access: 'public',
    budget: 'join',
    body: enrolRequestSchema,
    handle: async ({ body }) => ({ body: { issuer: deps.tokens.issuer, workspace: await enrol(deps, body) } }),
  }),
  route({
    method: 'post',
    path: '/api/archivers/tokens',
    access: 'public',
    body: archiverTokensRequestSchema,
    handle: async ({ body }) => ({ body: await authenticateArchiver(deps, body) }),
  }),
];
