/** What anybody may ask of the instance: configuration, keys, health. */
import { SUPPORTED_VERSIONS } from '@vicinal/shared/protocol-version.ts';
import { hasOwner } from '../../db/workspaces.ts';
import type { AppDeps } from '../../deps.ts';
import { advertisedIce } from '../../ice/ice-config.ts';
import { route, type Route } from '../route.ts';

export interface Readiness {
  readonly database: 'ok' | 'failed';
  readonly migrations: 'ok' | 'pending' | 'unknown';
}

/** `stunPort`: of the STUN server that runs here; undefined when none does. */
export const instanceRoutes = (
  deps: AppDeps,
  readiness: () => Promise<Readiness>,
  stunPort: () => number | undefined,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/api/config',
    access: 'public',
    handle: async () => {
      const networkOrigins = deps.config.allowedOrigins.network();
      return {
        body: {
          issuer: deps.tokens.issuer,
          versions: SUPPORTED_VERSIONS,
          isSetUp: await hasOwner(deps.database),
          ...advertisedIce(deps.config, stunPort()),
          ...(networkOrigins.length > 0 ? { networkOrigins } : {}),
          now: deps.clock.now(),
        },
      };
    },
  }),
  route({ method: 'get', path: '/api/jwks', access: 'public', handle: async () => ({ body: deps.tokens.jwks() }) }),
  route({
    method: 'get',
    path: '/api/health/live',
    access: 'public',
    budget: 'health',
    handle: async () => ({ body: { status: 'live' } }),
  }),
  route({
    method: 'get',
    path: '/api/health/ping',
    access: 'public',
    budget: 'health',
    handle: async () => ({ body: { now: deps.clock.now() } }),
  }),
  route({
    method: 'get',
    path: '/api/health/ready',
    access: 'public',
    budget: 'health',
    handle: async () => {
      const { database, migrations } = await readiness();
      const isReady = database === 'ok' && migrations === 'ok';
      const archiver = deps.live.hasArchiver() ? 'connected' : 'absent';
      return {
        status: isReady ? 200 : 503,
        body: { status: isReady ? 'ready' : 'not-ready', checks: { database, migrations, archiver } },
      };
    },
  }),
];
