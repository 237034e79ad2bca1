import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { connect, createWorkspaceLink, idOf } from '../testing/members.ts';
import { startNotifiedWorkspace, type NotifiedWorkspace } from '../testing/notified-workspace.ts';
import { eventually, inboxOf, report, subscribeDevice, type NotifyingServer } from '../testing/notified.ts';
import { createLink, createRoom, demand, joinAsGuest, type Person } from '../testing/people.ts';

let place: NotifiedWorkspace;
let server: NotifyingServer;
let owner: NotifiedWorkspace['owner'];
let archiver: NotifiedWorkspace['archiver'];
let ben: Person;
/** Restricted: the owner of the workspace alone may open it. */
let room: RoomId;

beforeAll(async () => {
  place = await startNotifiedWorkspace({ LIMIT_INBOX_WAITING: '3', LIMIT_INBOX_ITEMS: '5' });
  ({ server, owner, archiver } = place);
});
afterAll(async () => await place.close());
beforeEach(async () => {
  ben = await place.invite('Ben');
  room = await createRoom(server, owner, owner.workspace);
  await setAudience('restricted');
  place.forgetPushed();
});

const UNREAD_MS = 30_000;
const setAudience = async (audience: 'restricted' | 'workspace'): Promise<void> => {
  const body = { audience, role: 'viewer' };
  await demand(server, 'PUT', `/api/rooms/${room}/access`, { token: owner.token, body });
};
const give = async (person: Person, role: string): Promise<void> => {
  await demand(server, 'PUT', `/api/rooms/${room}/members/${idOf(person)}`, { token: owner.token, body: { role } });
};
const mention = (target = ben, about = room): Promise<ArchiverEvent> => place.mention(about, target);
const heard = async (person = ben) => {
  const { items, unread } = await inboxOf(server, person);
  return { mentions: items.map((item) => item.mention), unread };
};
const nothing = { mentions: [], unread: 0 };
const waiting = async (): Promise<number> =>
  (await server.database.query('select 1 from inbox where user_id = $1 and waits', [idOf(ben)])).count;
const joinLink = async (person: Person, token: string): Promise<void> => {
  await demand(server, 'POST', '/api/join', { token: person.token, body: { token } });
};

describe('a mention of somebody who may not open the document yet', () => {
  test('NOTE-5 tells nothing before: no item, count, notice, badge or push, and reading all does not take it', async () => {
    await subscribeDevice(server, ben);
    const live = await connect(server, ben);
    await mention();
    expect(await heard()).toEqual(nothing);
    const upTo = { upTo: server.clock.now() };
    const read = await demand(server, 'POST', '/api/inbox/read', { token: ben.token, body: upTo });
    expect(read.body).toEqual({ unread: 0 });
    server.advance(UNREAD_MS * 2);
    // something that Ben may open, to see that it alone is spoken of
    const open = await createRoom(server, owner, owner.workspace);
    const other = await mention(ben, open);
    server.advance(UNREAD_MS);
    await eventually(() => (place.pushed().length > 0 ? true : undefined), 'push');
    expect(place.pushed().map(({ app_badge, notification }) => [Number(app_badge), notification.data.room])).toEqual([
      [1, open],
    ]);
    expect(await heard()).toEqual({ mentions: [other.mention], unread: 1 });
    expect((await live.settle()).filter(({ type }) => type === 'notice')).toHaveLength(1);
    expect(await waiting()).toBe(1);
    live.close();
  });

  test('NOTE-5 is told of at once when access is given, with the push that follows, once', async () => {
    await subscribeDevice(server, ben);
    const event = await mention();
    server.advance(UNREAD_MS);
    const live = await connect(server, ben);
    await give(ben, 'editor');
    expect(await live.next('notice')).toEqual({ type: 'notice', kind: 'inbox' });
    expect(await heard()).toEqual({ mentions: [event.mention], unread: 1 });
    const [item] = (await inboxOf(server, ben)).items;
    expect(item?.at).toBeGreaterThan(server.clock.now() - UNREAD_MS);
    expect(place.pushed()).toEqual([]);
    server.advance(UNREAD_MS);
    await eventually(() => (place.pushed().length > 0 ? true : undefined), 'push');
    expect(place.pushed().map(({ notification }) => notification.data.mention)).toEqual([event.mention]);
    await report(server, archiver, [event]);
    await give(ben, 'viewer');
    expect(await heard()).toEqual({ mentions: [event.mention], unread: 1 });
    live.close();
  });

  test('NOTE-5 is told of by whatever gives access: the workspace, a link, a role', async () => {
    const event = await mention();
    await setAudience('workspace');
    expect(await heard()).toEqual({ mentions: [event.mention], unread: 1 });

    await setAudience('restricted');
    expect(await heard()).toEqual(nothing);
    const second = await mention();
    await joinLink(ben, (await createLink(server, owner, room, { role: 'viewer' })).token);
    expect(new Set((await heard()).mentions)).toEqual(new Set([event.mention, second.mention]));

    await setAudience('workspace');
    const path = `/api/workspaces/${owner.workspace}/members/${idOf(ben)}`;
    const shared = await createRoom(server, owner, owner.workspace);
    await demand(server, 'PATCH', path, { token: owner.token, body: { role: 'guest' } });
    const third = await mention(ben, shared);
    expect((await heard()).mentions).not.toContain(third.mention);
    await demand(server, 'PATCH', path, { token: owner.token, body: { role: 'member' } });
    expect((await heard()).mentions).toContain(third.mention);

    await demand(server, 'PATCH', path, { token: owner.token, body: { role: 'guest' } });
    server.advance(1000); // only a link made after that counts
    const fourth = await mention(ben, await createRoom(server, owner, owner.workspace));
    expect((await heard()).mentions).not.toContain(fourth.mention);
    await joinLink(ben, (await createWorkspaceLink(server, owner, owner.workspace)).token);
    expect((await heard()).mentions).toContain(fourth.mention);
  });

  test('NOTE-5 is kept for nobody outside the workspace', async () => {
    const path = `/api/workspaces/${owner.workspace}/members/${idOf(ben)}`;
    await demand(server, 'DELETE', path, { token: owner.token });
    server.advance(1000);
    await mention();
    expect(await waiting()).toBe(0);
    await joinLink(ben, (await createWorkspaceLink(server, owner, owner.workspace)).token);
    await setAudience('workspace');
    expect(await heard()).toEqual(nothing);
  });

  test('NOTE-5 is kept within a limit of its own, and takes no place of what was told', async () => {
    const open = await createRoom(server, owner, owner.workspace);
    const visible: string[] = [];
    for (let n = 0; n < 5; n += 1) visible.push((await mention(ben, open)).mention);
    const kept: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      server.advance(1000);
      kept.push((await mention()).mention);
    }
    expect(new Set((await heard()).mentions)).toEqual(new Set(visible));
    expect(await waiting()).toBe(3);
    await give(ben, 'viewer');
    const { mentions } = await heard();
    expect(mentions).toHaveLength(5);
    expect(new Set(mentions.slice(0, 3))).toEqual(new Set(kept.slice(2)));
  });

  test('NOTE-5 goes to a guest as to a member', async () => {
    const elsewhere = await createRoom(server, owner, owner.workspace);
    const guest = await joinAsGuest(server, (await createLink(server, owner, elsewhere, { role: 'viewer' })).token);
    const event = await mention(guest);
    expect(await heard(guest)).toEqual(nothing);
    await give(guest, 'commenter');
    expect(await heard(guest)).toEqual({ mentions: [event.mention], unread: 1 });
  });

  test('NOTE-5 and the grant do not miss each other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const about = await createRoom(server, owner, owner.workspace);
      const path = `/api/rooms/${about}`;
      const closed = { audience: 'restricted', role: 'viewer' };
      await demand(server, 'PUT', `${path}/access`, { token: owner.token, body: closed });
      const body = { role: 'viewer' };
      const [event] = await Promise.all([
        mention(ben, about),
        demand(server, 'PUT', `${path}/members/${idOf(ben)}`, { token: owner.token, body }),
      ]);
      expect((await heard()).mentions).toContain(event.mention);
    }
  });
});
