/** The HTTP application: every middleware in one list, every route from one table. */
import { STATUS_CODES } from 'node:http';
import bodyParser from '@koa/bodyparser';
import Router from '@koa/router';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import helmet from 'koa-helmet';
import { AppError, type ErrorCode } from '@vicinal/shared/app-error.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { findSessionUser } from '../db/sessions.ts';
import type { UserRow } from '../db/users.ts';
import type { AppDeps } from '../deps.ts';
import { randomId } from '../random-ids.ts';
import { clientAddress, limitKey } from './address.ts';
import { describeFailure } from './error-handler.ts';
import type { HttpLimits } from './limits.ts';
import type { Reply, Route } from './route.ts';

/** Carries the refresh token of pages on http, which is localhost. */
export const REFRESH_COOKIE = 'vicinal_refresh';
/**
 * The same for pages on https. Cookies know no ports: without the prefix anybody on the plain http side of an address
 * could plant one, and pages on http://localhost and https://localhost would replace each other's.
 */
export const SECURE_REFRESH_COOKIE = `__Secure-${REFRESH_COOKIE}`;
const cookiePath = '/api/auth';
/** When a client may ask again what is not ready. */
const RETRY_AFTER_S = '5';

interface State {
  requestId: string;
  address: string;
  logger: Logger;
  caller?: UserRow;
  /** The route's pattern, for logs: paths hold ids, patterns do not. */
  pattern?: string;
  failure?: ErrorCode;
}
type Ctx = Context & { state: State };

export function createApp(deps: AppDeps, limits: HttpLimits, routes: readonly Route[]): Koa {
  const app = new Koa();
  app.silent = true;
  const middleware: readonly Middleware[] = [
    identify(deps),
    logRequest(deps),
    secureHeaders,
    noStore,
    handleErrors,
    checkOrigin(deps),
    dispatch(deps, limits, routes),
  ];
  for (const each of middleware) app.use(each);
  app.on('error', (error: unknown) =>
    deps.logger.debug('response-failed', { error: error instanceof Error ? error.name : typeof error }),
  );
  return app;
}

const identify =
  (deps: AppDeps): Middleware =>
  async (ctx, next) => {
    const requestId = randomId<string>(deps.random);
    ctx.state = {
      requestId,
      address: clientAddress(ctx.req, deps.config.trustedProxies),
      logger: deps.logger.child({ requestId }),
    } satisfies State;
    ctx.set('X-Request-Id', requestId);
    await next();
  };

const logRequest =
  (deps: AppDeps): Middleware =>
  async (ctx: Ctx, next: Next) => {
    const startedAt = deps.clock.monotonic();
    await next();
    const { logger, pattern, caller, failure } = ctx.state;
    const tookMs = deps.clock.monotonic() - startedAt;
    const durationMs = Math.round(tookMs);
    deps.metrics.httpAnswered({
      method: ctx.method,
      route: pattern,
      status: ctx.status,
      seconds: tookMs / 1000,
      ...(failure === undefined ? {} : { code: failure }),
    });
    logger.info('request', {
      method: ctx.method,
      route: pattern ?? 'none',
      status: ctx.status,
      durationMs,
      user: caller?.id,
    });
  };

/** This origin answers JSON only: nothing may be loaded, framed or run by what it says. */
const secureHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  // Sent by the proxy that ends TLS, which knows whether all names of the host speak it.
  strictTransportSecurity: false,
});

const noStore: Middleware = async (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  await next();
  if (ctx.status === 503) ctx.set('Retry-After', RETRY_AFTER_S);
};

const handleErrors: Middleware = async (ctx: Ctx, next: Next) => {
  try {
    await next();
  } catch (error) {
    const failure = describeFailure(error, ctx.state.requestId, ctx.state.logger);
    ctx.state.failure = failure.body.error.code;
    ctx.status = failure.status;
    ctx.body = failure.body;
    // What is left of a body that was not read would be taken for the next request.
    if (!ctx.req.complete) ctx.set('Connection', 'close');
  }
};

/** Requests that change something and come from a page must come from one of ours. */
const checkOrigin =
  (deps: AppDeps): Middleware =>
  async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      const origin = ctx.get('Origin');
      if (origin !== '' && !deps.config.allowedOrigins.has(origin)) throw new AppError('bad-origin');
      if (origin === '' && ctx.get('Sec-Fetch-Site') === 'cross-site') throw new AppError('bad-origin');
    }
    await next();
  };

function dispatch(deps: AppDeps, limits: HttpLimits, routes: readonly Route[]): Middleware {
  const router = new Router({ strict: true });
  const parseBody = bodyParser({
    enableTypes: ['json'],
    jsonLimit: deps.config.limits.maxBodyBytes,
    onError: (error) => {
      throw new AppError('status' in error && error.status === 413 ? 'too-large' : 'bad-request', 'body');
    },
  });
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    methods.set(route.path, [...(methods.get(route.path) ?? []), route.method.toUpperCase()]);
    const handle = async (ctx: Ctx): Promise<void> => {
      ctx.state.pattern = route.path;
      await limits.countRequest(route.budget, limitKey(ctx.state.address));
      const refreshToken = route.access === 'cookie' ? readCookie(deps, ctx) : undefined;
      const authenticated = await authenticate(deps, route, ctx);
      if (authenticated) {
        ctx.state.caller = authenticated.user;
        await limits.countCaller(authenticated.user.id);
      }
      if (route.hasBody) await parseBody(ctx, async () => undefined);
      const request = {
        caller: authenticated?.user,
        accessToken: authenticated?.accessToken,
        session: authenticated?.session ?? '',
        refreshToken,
        address: limitKey(ctx.state.address),
        body: ctx.request.body,
        query: (name: string) => {
          const value = ctx.query[name];
          return typeof value === 'string' ? value : undefined;
        },
      };
      const reply = await route.run(request, ctx['params'] as Record<string, string>); // set by the router from the path
      answer(deps, ctx, reply);
    };
    router.register(route.path, [route.method], [handle as Middleware]); // the state is set by identify
  }
  const routed = router.routes();
  return async (ctx, next) => {
    await routed(ctx as Parameters<typeof routed>[0], next); // the same context under the router's own generic name
    if (ctx.status !== 404 || ctx.body !== undefined) return;
    const known = router.match(ctx.path, ctx.method).path.length > 0;
    if (known && ctx.method !== 'HEAD') throw new AppError('method-not-allowed');
    throw new AppError('not-found', STATUS_CODES[404]);
  };
}

async function authenticate(
  deps: AppDeps,
  route: Route,
  ctx: Ctx,
): Promise<{ readonly user: UserRow; readonly accessToken: string; readonly session: string } | undefined> {
  const header = ctx.get('Authorization');
  if (route.access === 'public' || route.access === 'cookie') return undefined;
  if (header === '' && route.access === 'optional') return undefined;
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header)?.[1];
  if (token === undefined || token.length > 4096) throw new AppError('unauthenticated');
  const claims = await deps.tokens.verifyAccess(token);
  if (!claims.ok) throw claims.error;
  const user = await findSessionUser(deps.database, claims.value.sid, claims.value.sub, new Date(deps.clock.now()));
  if (!user) throw new AppError('unauthenticated', 'session');
  return { user, accessToken: token, session: claims.value.sid };
}

/** A cookie travels by itself, so the page that sent it must name itself: an Origin of ours is required. */
function readCookie(deps: AppDeps, ctx: Ctx): string | undefined {
  if (ctx.get('Origin') === '') throw new AppError('bad-origin');
  return ctx.cookies.get(isSecure(deps, ctx) ? SECURE_REFRESH_COOKIE : REFRESH_COOKIE);
}

/** The origin was checked; who claims https without it gets a cookie that they cannot use. */
const isSecure = (deps: AppDeps, ctx: Ctx): boolean => deps.config.isHttps || ctx.get('Origin').startsWith('https:');

function answer(deps: AppDeps, ctx: Ctx, reply: Reply): void {
  if (reply.refreshToken !== undefined) {
    const maxAge = reply.refreshToken === null ? 0 : deps.config.sessionTtlMs;
    const isOverHttps = isSecure(deps, ctx);
    // Set by hand: koa's cookies refuse Secure behind a proxy that ends TLS, which is where it matters.
    const parts = [
      `${isOverHttps ? SECURE_REFRESH_COOKIE : REFRESH_COOKIE}=${reply.refreshToken ?? ''}`,
      `Path=${cookiePath}`,
      `Max-Age=${Math.floor(maxAge / 1000)}`,
      'HttpOnly',
      'SameSite=Strict',
    ];
    ctx.append('Set-Cookie', [...parts, ...(isOverHttps ? ['Secure'] : [])].join('; '));
  }
  ctx.status = reply.status ?? (reply.body === undefined ? 204 : 200);
  if (reply.body !== undefined) ctx.body = reply.body;
}
