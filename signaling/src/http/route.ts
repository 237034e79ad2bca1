/** A route as data: who may call it, what its body looks like, what it does. `app.ts` puts them on the router. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { deviceIdSchema, linkIdSchema, roomIdSchema, userIdSchema, workspaceIdSchema } from '@vicinal/shared/ids.ts';
import type { DeviceId, LinkId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { z } from '@vicinal/shared/zod.ts';
import type { UserRow } from '../db/users.ts';

/**
 * `public` nobody in particular · `bearer` an access token · `optional` either · `cookie` the refresh token, with an
 * allowed Origin required.
 */
export type RouteAccess = 'public' | 'bearer' | 'optional' | 'cookie';
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** Which limit per minute a route counts against; bearer routes count per user besides. */
export type Budget = 'public' | 'join' | 'sign-in' | 'health';

export interface Params {
  readonly workspace: WorkspaceId;
  readonly room: RoomId;
  readonly user: UserId;
  readonly link: LinkId;
  readonly device: DeviceId;
}

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  /** A refresh token to store in the cookie, or null to clear it. */
  readonly refreshToken?: string | null;
}

export interface ApiRequest<Caller, Body> {
  readonly caller: Caller;
  readonly body: Body;
  /** The refresh token of `cookie` routes. */
  readonly refreshToken: string | undefined;
  /** The access token that authenticated the caller. */
  readonly accessToken: string | undefined;
  /** The sign-in that the caller's access token belongs to; empty without a caller. */
  readonly session: string;
  readonly address: string;
  /** A parameter of the query, unparsed; undefined without it. */
  query(name: string): string | undefined;
  /** A path parameter, parsed; `not-found` when it is not an id. */
  param<Name extends keyof Params>(name: Name): Params[Name];
}

type CallerOf<A extends RouteAccess> = A extends 'bearer'
  ? UserRow
  : A extends 'optional'
    ? UserRow | undefined
    : undefined;

export interface RouteDefinition<A extends RouteAccess, Body> {
  readonly method: Method;
  readonly path: string;
  readonly access: A;
  readonly budget?: Budget;
  /** Absent for routes without a body. */
  readonly body?: z.ZodMiniType<Body>;
  handle(request: ApiRequest<CallerOf<A>, Body>): Promise<Reply>;
}

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly access: RouteAccess;
  readonly budget: Budget;
  readonly hasBody: boolean;
  /** Parses the body and runs the handler. `caller` is present when `access` demands one. */
  run(
    request: Omit<ApiRequest<UserRow | undefined, unknown>, 'param'>,
    params: Readonly<Record<string, string>>,
  ): Promise<Reply>;
}

export function route<A extends RouteAccess, Body = undefined>(definition: RouteDefinition<A, Body>): Route {
  const { method, path, access, budget = 'public', body: schema } = definition;
  return {
    method,
    path,
    access,
    budget,
    hasBody: schema !== undefined,
    run: async (request, params) => {
      const parsed = schema?.safeParse(request.body);
      if (parsed && !parsed.success)
        throw new AppError('invalid-body', parsed.error.issues.map((issue) => issue.path.join('.')).join(' '));
      return await definition.handle({
        ...request,
        caller: request.caller as CallerOf<A>, // app.ts refuses calls without the caller that `access` demands
        body: parsed?.data as Body, // undefined exactly when the route has no body
        param: (name) => parseParam(name, params[name]),
      });
    },
  };
}

const paramSchemas: { readonly [Name in keyof Params]: z.ZodMiniType<Params[Name], string> } = {
  workspace: workspaceIdSchema,
  room: roomIdSchema,
  user: userIdSchema,
  link: linkIdSchema,
  device: deviceIdSchema,
};

function parseParam<Name extends keyof Params>(name: Name, text: string | undefined): Params[Name] {
  const parsed = paramSchemas[name].safeParse(text);
  if (!parsed.success) throw new AppError('not-found', `path parameter ${name}`);
  return parsed.data;
}
