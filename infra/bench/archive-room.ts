/** Documents of a running stack without a browser: an owner over HTTP, rooms, and links that headless peers join by. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinkResponseSchema, sessionResponseSchema } from '@vicinal/shared/http/api.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { Link } from '../peer/arguments.ts';
import { callAsGuest } from '../peer/guest-api.ts';
import { type Stack, startStack } from '../scripts/stack.ts';

/** Database, signaling and archiver as `npm start` runs them, without the app: no browser asks for it. */
export async function startServers(): Promise<Stack> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vicinal-bench-'));
  chmodSync(dataDir, 0o711); // as root the database runs as another user, who must reach it
  const clientDir = join(dataDir, 'no-client');
  mkdirSync(clientDir);
  const stack = await startStack({ dataDir, clientDir, port: 0, host: '127.0.0.1', say: () => undefined });
  return {
    ...stack,
    async close() {
      await stack.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Resolves to a function that makes a new document and a link to write it. */
export async function setUpForLinks(stack: Stack): Promise<() => Promise<Link>> {
  const { origin } = stack;
  const setup = (await stack.setupLink()) ?? '';
  const { body } = await callAsGuest(origin, {
    path: '/api/setup',
    body: {
      token: setup.slice(setup.indexOf('#') + 1),
      name: 'Ada',
      email: 'ada@example.org',
      password: 'correct horse battery',
      workspaceName: 'Bench',
    },
    schema: sessionResponseSchema,
  });
  await stack.archiverReady();
  const { accessToken } = body;
  const workspace = body.workspaces[0]?.id ?? '';
  return async () => {
    const id = randomBytes(16).toString('base64url');
    await callAsGuest(origin, {
      path: `/api/workspaces/${workspace}/rooms`,
      accessToken,
      body: { id },
      schema: z.unknown(),
    });
    const link = await callAsGuest(origin, {
      path: `/api/rooms/${id}/links`,
      accessToken,
      body: { role: 'editor' },
      schema: createLinkResponseSchema,
    });
    return { origin, secret: link.body.token };
  };
}
