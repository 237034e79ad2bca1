import { expect, test } from 'vitest';
import { startTestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { createLogger } from '../log.ts';
import { randomId } from '../random-ids.ts';
import { accessOf } from '../rooms/access.ts';
import { migrate, readMigrations } from './migrations.ts';
import { createDatabase } from './pool.ts';
import { findRoomBar } from './room-members.ts';
import { listAccess } from './rooms.ts';

test('PEOPLE-18 access from before the second migration is the same after it', async () => {
  const postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  const database = createDatabase({ url, maxConnections: 2, logger: createLogger('silent') });
  const migrations = readMigrations();
  await migrate(database, migrations.slice(0, 1));
  const workspace = randomId<WorkspaceId>(systemRandom);
  const room = randomId<RoomId>(systemRandom);
  const link = randomId<string>(systemRandom);
  const people = { maker: 'member', linked: 'guest', member: 'member', out: 'member', back: 'member' } as const;
  const ids = new Map<string, UserId>();
  await database.query('insert into workspaces (id, name, created_at) values ($1, $2, now())', [workspace, 'W']);
  for (const [name, role] of Object.entries(people)) {
    const id = randomId<UserId>(systemRandom);
    ids.set(name, id);
    await database.query('insert into users (id, name, colour, created_at) values ($1, $2, 0, now())', [id, name]);
    await database.query(
      'insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, $3, now())',
      [workspace, id, role],
    );
  }
  await database.query(
    `insert into rooms (id, workspace_id, kind, created_by, created_at) values ($1, $2, 'document', $3, now())`,
    [room, workspace, ids.get('maker')],
  );
  await database.query(
    `insert into links (id, room_id, token_hash, role, created_by, created_at) values ($1, $2, '\\x00', 'viewer', $3, now())`,
    [link, room, ids.get('maker')],
  );
  for (const [name, role, through, overrides] of [
    ['maker', 'owner', null, false],
    ['linked', 'viewer', link, false],
    ['out', null, null, true],
    ['back', 'viewer', link, true],
  ] as const)
    await database.query(
      'insert into room_members (room_id, user_id, role, link_id, overrides, changed_at) values ($1, $2, $3, $4, $5, now())',
      [room, ids.get(name), role, through, overrides],
    );

  expect(await migrate(database, migrations)).toEqual(migrations.slice(1).map(({ name }) => name));

  const found: Record<string, unknown> = {};
  for (const [name, id] of ids) {
    const [row] = await listAccess(database, id, [room]);
    const access = row && accessOf({ ...row, isCreator: row.createdBy === id }, Date.now());
    found[name] = access && [access.role, access.via];
  }
  expect(found).toEqual({
    maker: ['owner', 'creator'],
    linked: ['viewer', 'link'],
    member: ['editor', 'workspace'],
    out: undefined,
    back: ['viewer', 'link'],
  });
  expect(await findRoomBar(database, room, ids.get('out') ?? randomId<UserId>(systemRandom))).toBeInstanceOf(Date);
  await database.close();
  await postgres.stop();
});
