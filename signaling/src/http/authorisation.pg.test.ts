/** Who may call what: every route × everybody × the state of the token, against a table of what is allowed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError, httpStatusOf, isErrorCode, type ErrorCode } from '@vicinal/shared/app-error.ts';
import type { AppDeps } from '../deps.ts';
import { listRoutes } from '../server.ts';
import { OPERATIONS, outcomeOf, requestOf, targetsOf } from '../testing/operations.ts';
import { ROLES, TOKEN_STATES, createWorld, type World } from '../testing/world.ts';
import { call, type Answer } from '../testing/people.ts';
import type { PushSender } from '../notify/push-sender.ts';
import type { HttpLimits } from './limits.ts';

let world: World;
let cases = 0;

beforeAll(async () => {
  world = await createWorld();
}, 120_000);
afterAll(async () => await world.server.close());

const send = async (method: string, path: string, token: string | undefined, body: unknown): Promise<Answer> => {
  cases += 1;
  return await call(world.server, method, path, { token, body });
};
/** Everything of a refusal that a caller can tell apart. */
const wordsOf = ({ status, code, body }: Answer) => ({
  status,
  code,
  keys: Object.keys((body as { error?: object } | undefined)?.error ?? {}), // an error body, or none
});
const refusal = (code: ErrorCode) => ({ status: httpStatusOf(code), code, keys: ['code', 'requestId'] });

test('PEOPLE-20 the table names every route of the API', () => {
  // the handlers, which use what is given here, are not called
  const routes = listRoutes(
    {} as AppDeps,
    {} as HttpLimits,
    {} as PushSender,
    () => Promise.reject(new AppError('not-ready')),
    () => undefined,
  );
  const names = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect([...new Set(OPERATIONS.map(({ method, path }) => `${method} ${path}`))].toSorted()).toEqual(names.toSorted());
  for (const operation of OPERATIONS) {
    const found = routes.find(
      ({ method, path }) => method.toUpperCase() === operation.method && path === operation.path,
    );
    expect([operation.path, found?.access]).toEqual([operation.path, operation.access]);
  }
});

describe.each(TOKEN_STATES)('with a token that is %s', (state) => {
  // rooms differ in who may, which does not come into it here
  const closed = OPERATIONS.filter(
    ({ access, room = 'open' }) =>
      room === 'open' && (access === 'bearer' || (access === 'optional' && state !== 'absent')),
  );
  test.each(ROLES)(
    'PEOPLE-21 %s calls nothing that wants one, and learns nothing',
    { timeout: 60_000 },
    async (role) => {
      const token = await world.tokenOf(role, state);
      const expected = refusal(state === 'expired' ? 'token-expired' : 'unauthenticated');
      const attempts = closed.flatMap((operation) =>
        targetsOf(operation)
          .filter((target) => target === 'existing' || target === 'whole unknown')
          .map(async (target) => {
            const { path, body } = await requestOf(operation, world, { role, target });
            return [operation.method, path, wordsOf(await send(operation.method, path, token, body))] as const;
          }),
      );
      for (const [method, path, words] of await Promise.all(attempts))
        expect([method, path, words]).toEqual([method, path, expected]);
    },
  );

  test('PEOPLE-21 what is public answers the same', { timeout: 60_000 }, async () => {
    const token = await world.tokenOf('member', state);
    for (const operation of OPERATIONS.filter(({ access }) => access === 'public' || access === 'cookie')) {
      const { path, body } = await requestOf(operation, world, { role: 'member', target: 'existing' });
      const without = await send(operation.method, path, undefined, body);
      const given = await send(operation.method, path, token, body);
      expect([path, wordsOf(given)]).toEqual([path, wordsOf(without)]);
    }
  });
});

describe('with a valid token', () => {
  const bearer = OPERATIONS.filter(({ access }) => access === 'bearer');

  test.each(ROLES)('PEOPLE-22 %s may do what the table says and nothing else', { timeout: 120_000 }, async (role) => {
    const token = await world.tokenOf(role, 'valid');
    for (const operation of bearer) {
      for (const target of targetsOf(operation)) {
        if (role === 'stranger' && target === 'whole elsewhere') continue; // that is where strangers are at home
        const outcome = outcomeOf(operation, role, target);
        const { path, body } = await requestOf(operation, world, { role, target, isFresh: outcome === 'ok' });
        const answer = await send(operation.method, path, token, body);
        const asked = `${operation.method} ${operation.path} (${operation.room ?? ''}) ${target}`;
        expect([asked, answer.status < 300 ? 'ok' : answer.code]).toEqual([asked, outcome]);
        if (isErrorCode(outcome)) expect(wordsOf(answer)).toEqual(refusal(outcome));
      }
    }
  });

  test('PEOPLE-23 every body takes what it lists and nothing else', { timeout: 60_000 }, async () => {
    const token = await world.tokenOf('owner', 'valid');
    for (const operation of OPERATIONS.filter((each) => each.body)) {
      const { path, body } = await requestOf(operation, world, { role: 'owner', target: 'existing' });
      for (const extra of ['isAdmin', 'userId', 'workspace', 'createdBy', 'accessEpoch', 'passwordHash']) {
        const assigned = { ...body, [extra]: 'owner' };
        const answer = await send(operation.method, path, operation.access === 'bearer' ? token : undefined, assigned);
        expect([operation.method, path, extra, answer.code]).toEqual([operation.method, path, extra, 'invalid-body']);
      }
    }
  });

  test('PEOPLE-24 ids that are none read like unknown ones', async () => {
    const token = await world.tokenOf('owner', 'valid');
    for (const operation of bearer.filter(({ path }) => path.includes(':'))) {
      for (const text of ['x', '..%2f..', "'%20or%201=1", 'A'.repeat(5000), '%00']) {
        const { body } = await requestOf(operation, world, { role: 'owner', target: 'existing' });
        const answer = await send(operation.method, operation.path.replaceAll(/:\w+/g, text), token, body);
        expect([operation.path, text, wordsOf(answer)]).toEqual([operation.path, text, refusal('not-found')]);
      }
    }
  });
});

test('PEOPLE-20 the matrix has at least 2,000 cases', () => {
  expect(cases).toBeGreaterThanOrEqual(2000);
});
