/** The HTTP application at /archive/*: reads only, no request has a body. */
import { randomBytes } from 'node:crypto';
import Router from '@koa/router';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import helmet from 'koa-helmet';
import { AppError, httpStatusOf, type ErrorCode } from '@vicinal/shared/app-error.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { REQUEST_PROOF_HEADER } from '@vicinal/shared/crypto/request-proof.ts';
import { isRoomId } from '@vicinal/shared/ids.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { errorFields } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { ArchiveState, StoredHeads } from '../store/archive-store.ts';
import type { AccessRequest } from './access.ts';

export interface ExportedRoom {
  readonly title: string;
  /** Canonical HTML of the content. */
  readonly html: string;
}

/** What the routes need; absent parts are not started yet and answer 'not-ready'. */
export interface HttpDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'httpAnswered'>;
  readonly allowedOrigins: readonly string[];
  readonly store: () => ArchiveState | undefined;
  readonly signaling: () => 'connected' | 'absent';
  readonly authorise: () => ((request: AccessRequest) => Promise<unknown>) | undefined;
  readonly heads: (room: RoomId) => Promise<readonly StoredHeads[]>;
  /** Rejects with 'not-found' for a room of which nothing is stored. */
  readonly exportRoom: (room: RoomId) => Promise<ExportedRoom>;
}

/** When a client may ask again what is not ready. */
const RETRY_AFTER_S = '5';

interface State {
  requestId: string;
  logger: Logger;
  /** The route's pattern, for logs: paths hold ids, patterns do not. */
  pattern?: string;
  failure?: ErrorCode;
}
type Ctx = Context & { state: State };

export function createApp(deps: HttpDeps): Koa {
  const app = new Koa();
  app.silent = true;
  const middleware: readonly Middleware[] = [
    identify(deps),
    logRequest(deps),
    secureHeaders,
    corsAndCache(deps),
    handleErrors,
    dispatch(deps),
  ];
  for (const each of middleware) app.use(each);
  app.on('error', (error: unknown) =>
    deps.logger.debug('http.response-failed', { error: error instanceof Error ? error.name : typeof error }),
  );
  return app;
}

const identify =
  (deps: HttpDeps): Middleware =>
  async (ctx, next) => {
    const requestId = randomBytes(16).toString('base64url');
    ctx.state = { requestId, logger: deps.logger.child({ requestId }) } satisfies State;
    ctx.set('X-Request-Id', requestId);
    await next();
  };

const logRequest =
  (deps: HttpDeps): Middleware =>
  async (ctx: Ctx, next: Next) => {
    const startedAt = deps.clock.monotonic();
    await next();
    const { logger, pattern, failure } = ctx.state;
    const tookMs = deps.clock.monotonic() - startedAt;
    deps.metrics.httpAnswered({
      method: ctx.method,
      route: pattern,
      status: ctx.status,
      seconds: tookMs / 1000,
      ...(failure === undefined ? {} : { code: failure }),
    });
    logger.info('http.request', {
      method: ctx.method,
      route: pattern ?? 'none',
      status: ctx.status,
      durationMs: Math.round(tookMs),
    });
  };

/** Nothing may be loaded, framed or run by what is said here, exported HTML included. */
const secureHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      sandbox: [],
    },
  },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  // Sent by the proxy that ends TLS, which knows whether all names of the host speak it.
  strictTransportSecurity: false,
});

const corsAndCache =
  (deps: HttpDeps): Middleware =>
  async (ctx, next) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (origin !== '' && deps.allowedOrigins.includes(origin)) {
      ctx.set('Access-Control-Allow-Origin', origin);
      ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
      if (ctx.method === 'OPTIONS') {
        ctx.set('Access-Control-Allow-Headers', `Authorization, ${REQUEST_PROOF_HEADER}`);
        ctx.set('Access-Control-Max-Age', '600');
        ctx.status = 204;
        return;
      }
    }
    await next();
    if (ctx.status === 503) ctx.set('Retry-After', RETRY_AFTER_S);
  };

const handleErrors: Middleware = async (ctx: Ctx, next: Next) => {
  try {
    if (Number(ctx.get('Content-Length') || 0) > 0 || ctx.get('Transfer-Encoding') !== '')
      throw new AppError('too-large', 'no request has a body');
    await next();
  } catch (error) {
    const code = error instanceof AppError ? (error.code === 'storage-failed' ? 'not-ready' : error.code) : 'internal';
    if (code === 'internal') ctx.state.logger.error('http.request-failed', errorFields(error));
    ctx.state.failure = code;
    ctx.status = httpStatusOf(code);
    ctx.body = { error: { code, requestId: ctx.state.requestId } };
    if (!ctx.req.complete) ctx.set('Connection', 'close');
  }
};

function dispatch(deps: HttpDeps): Middleware {
  const router = new Router<State, Context>({ strict: true });
  const authorise = async (ctx: Ctx): Promise<RoomId> => {
    const room = (ctx['params'] as Record<string, string>)['room'] ?? ''; // set by the router from the path
    if (!isRoomId(room)) throw new AppError('not-found');
    const check = deps.authorise();
    if (!check) throw new AppError('not-ready');
    await check({
      room,
      method: ctx.method,
      path: ctx.req.url ?? '',
      authorization: ctx.get('Authorization'),
      proof: ctx.get(REQUEST_PROOF_HEADER),
    });
    return room;
  };
  const get = (path: string, run: (ctx: Ctx) => Promise<void> | void): void => {
    router.get(path, async (ctx) => {
      ctx.state.pattern = path;
      await run(ctx as Ctx); // the state is set by identify
    });
  };

  get('/archive/health/live', (ctx) => {
    ctx.body = { status: 'live' };
  });
  get('/archive/health/ready', (ctx) => {
    const store = deps.store() === 'ready' ? 'ok' : 'failed';
    ctx.status = store === 'ok' ? 200 : 503;
    ctx.body = { status: store === 'ok' ? 'ready' : 'not-ready', checks: { store, signaling: deps.signaling() } };
  });
  get('/archive/rooms/:room/heads', async (ctx) => {
    const room = await authorise(ctx);
    ctx.body = {
      documents: (await deps.heads(room)).map(({ address, archiveSeq, durability, heads }) => ({
        doc: address.doc,
        gen: address.gen,
        archiveSeq,
        durability,
        heads: heads.map(({ clientId, seq, hash }) => ({ clientId, seq, hash: toBase64Url(hash) })),
      })),
    };
  });
  get('/archive/rooms/:room/export', async (ctx) => {
    const format = ctx.query['format'] ?? 'html';
    const room = await authorise(ctx);
    if (format !== 'html' && format !== 'json') throw new AppError('bad-request', 'format');
    const exported = await deps.exportRoom(room);
    if (format === 'json') {
      ctx.body = { room, title: exported.title, html: exported.html };
      return;
    }
    ctx.type = 'text/html; charset=utf-8';
    ctx.set('Content-Disposition', 'attachment; filename="document.html"');
    ctx.body = exported.html;
  });

  const routed = router.routes();
  return async (ctx, next) => {
    await routed(ctx as Parameters<typeof routed>[0], next); // the same context under the router's own generic name
    if (ctx.status !== 404 || ctx.body !== undefined) return;
    const isKnown = router.match(ctx.path, ctx.method).path.length > 0;
    throw new AppError(isKnown && ctx.method !== 'HEAD' ? 'method-not-allowed' : 'not-found');
  };
}
