import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { idOf } from '../testing/members.ts';
import { startNotifiedWorkspace, type NotifiedWorkspace } from '../testing/notified-workspace.ts';
import { eventually, inboxOf, subscribeDevice, type NotifyingServer } from '../testing/notified.ts';
import { demand, joinAsGuest, type Person } from '../testing/people.ts';

const ITEMS = 8;
const JOINS = 3;
const PUSHES = 4;

let place: NotifiedWorkspace;
let server: NotifyingServer;
/** Made the room and its link. */
let maker: Person;
let room: RoomId;
let link: string;
let guests = 0;

beforeAll(async () => {
  place = await startNotifiedWorkspace({
    LIMIT_INBOX_ITEMS: `${ITEMS}`,
    LIMIT_INBOX_JOINS: `${JOINS}`,
    LIMIT_PUSHES_PER_HOUR: `${PUSHES}`,
  });
  ({ server } = place);
});
afterAll(async () => await place.close());
beforeEach(async () => {
  maker = await place.invite('Maker');
  ({ room, link } = await place.shareRoom(maker));
  place.forgetPushed();
});

const join = (token = link): Promise<Person> => joinAsGuest(server, token, `Guest ${guests++}`);
const mention = async (): Promise<string> => (await place.mention(room, maker)).mention;
const heard = async () => (await inboxOf(server, maker)).items;
const mentions = async (): Promise<ReadonlySet<string | undefined>> =>
  new Set((await heard()).flatMap((item) => (item.kind === 'mention' ? [item.mention] : [])));
const readAll = () =>
  demand(server, 'POST', '/api/inbox/read', { token: maker.token, body: { upTo: server.clock.now() } });
const pushed = () =>
  place
    .pushed()
    .map(({ notification }) => notification.data)
    .filter(({ user }) => user === idOf(maker));
/** Everything due in 30 s has been taken and sent. */
async function settle(): Promise<void> {
  server.advance(30_000);
  await eventually(async () => {
    const { rows } = await server.database.query<{ count: number }>(
      `select ((select count(*) from inbox where push_due_at is not null)
         + (select count(*) from push_deliveries))::int as count`,
    );
    return rows[0]?.count === 0 ? true : undefined;
  }, 'rest');
}

describe('whoever holds a link', () => {
  test('NOTE-21 neither empties the inbox of its maker nor silences their pushes', async () => {
    await subscribeDevice(server, maker);
    const first = await mention();
    for (let n = 0; n < ITEMS + PUSHES; n += 1) await join();
    expect(await mentions()).toEqual(new Set([first]));
    await settle();
    expect(pushed().map((data) => data.mention)).toContain(first);
    const second = await mention();
    await settle();
    expect(pushed().at(-1)?.mention).toBe(second);
  });

  test('NOTE-1 is told of by the newest few that are unread, and causes no push beyond', async () => {
    await subscribeDevice(server, maker);
    const guests: Person[] = [];
    for (let n = 0; n < JOINS + 2; n += 1) {
      guests.push(await join());
      server.advance(1000);
    }
    expect((await heard()).map(({ actor }) => actor.user)).toEqual(guests.slice(-JOINS).toReversed().map(idOf));
    await settle();
    expect(pushed().length).toBeLessThanOrEqual(JOINS);
    await readAll();
    const later = await join();
    expect((await heard())[0]?.actor.user).toBe(idOf(later));
    expect(await heard()).toHaveLength(JOINS + 1);
  });
});

describe('what is kept', () => {
  test('NOTE-21 of too many items what was read goes first, then joins, unread mentions last', async () => {
    await mention();
    await mention();
    await readAll();
    server.advance(1000);
    const unread = new Set([await mention(), await mention(), await mention()]);
    for (let n = 0; n < 3; n += 1) {
      server.advance(1000);
      await join((await place.shareRoom(maker)).link);
    }
    expect(await heard()).toHaveLength(ITEMS);
    for (let n = 0; n < 4; n += 1) {
      server.advance(1000);
      await join((await place.shareRoom(maker)).link);
    }
    const left = await heard();
    expect([left.length, left.filter(({ kind }) => kind === 'invite-accepted').length]).toEqual([ITEMS, ITEMS - 3]);
    expect(await mentions()).toEqual(unread);
  });
});

describe('pushes of an hour', () => {
  test('NOTE-21 count what was pushed alone, and mentions among themselves', async () => {
    await subscribeDevice(server, maker);
    for (let n = 0; n < PUSHES; n += 1) await mention();
    await readAll(); // before anything was sent
    await settle();
    expect(pushed()).toEqual([]);
    for (let n = 0; n < JOINS; n += 1) await join();
    await settle();
    expect(pushed()).toHaveLength(JOINS);
    for (let n = 0; n < PUSHES + 1; n += 1) await mention();
    await settle();
    expect(pushed().filter(({ kind }) => kind === 'mention')).toHaveLength(PUSHES);
    await readAll();
    await join();
    await settle();
    expect(pushed()).toHaveLength(JOINS + PUSHES);
    server.advance(3_600_000);
    await mention();
    await settle();
    expect(pushed()).toHaveLength(JOINS + PUSHES + 1);
  });
});
