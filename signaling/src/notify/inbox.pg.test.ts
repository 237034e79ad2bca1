import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { INBOX_PAGE, inboxReadResponseSchema, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { randomId } from '../random-ids.ts';
import { connect, createWorkspaceLink, idOf, inviteMember, joinWithAccount } from '../testing/members.ts';
import { mentionOf } from '../testing/notified-workspace.ts';
import { inboxOf, report } from '../testing/notified.ts';
import {
  call,
  createDevice,
  createLink,
  createRoom,
  demand,
  enrolArchiver,
  joinAsGuest,
  setUpOwner,
  type Person,
} from '../testing/people.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let room: RoomId;
let archiver: DeviceSigner;

beforeAll(async () => {
  server = await startTestServer({ LIMIT_MENTIONS_PER_HOUR: '8', LIMIT_INBOX_ITEMS: '60' });
  owner = await setUpOwner(server);
  room = await createRoom(server, owner, owner.workspace);
  archiver = await enrolArchiver(server, owner, owner.workspace);
});
afterAll(async () => await server.close());

const newId = (): string => randomId<string>(systemRandom);
const member = (name: string) => inviteMember(server, owner, owner.workspace, name);
const mention = (actor: Person, target: Person, change: Partial<ArchiverEvent> = {}): ArchiverEvent => ({
  ...mentionOf(room, actor, target),
  ...change,
});
const read = async (person: Person, body: object): Promise<number> =>
  inboxReadResponseSchema.parse((await demand(server, 'POST', '/api/inbox/read', { token: person.token, body })).body)
    .unread;

describe('accepted invites', () => {
  test('NOTE-1 the maker of a document link hears at once who joined, once', async () => {
    const maker = await member('Maker');
    const live = await connect(server, maker);
    const { token } = await createLink(server, maker, room, { role: 'commenter' });
    const guest = await joinAsGuest(server, token, 'Gil');
    expect(await live.next('notice')).toEqual({ type: 'notice', kind: 'inbox' });
    const { items, unread } = await inboxOf(server, maker);
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/) as string,
        kind: 'invite-accepted',
        workspace: owner.workspace,
        room,
        actor: { user: idOf(guest), name: 'Gil', colour: guest.session.user.colour },
        at: items[0]?.at,
      },
    ]);
    expect(unread).toBe(1);
    await demand(server, 'POST', '/api/join', { token: guest.token, body: { token } });
    await demand(server, 'POST', '/api/join', { token: maker.token, body: { token } });
    expect((await inboxOf(server, maker)).items).toHaveLength(1);
    live.close();
  });

  test('NOTE-1 the maker of a workspace link hears too; nobody else does', async () => {
    const admin = await inviteMember(server, owner, owner.workspace, 'Adi', 'admin');
    const other = await member('Other');
    const { token } = await createWorkspaceLink(server, admin, owner.workspace);
    const joined = await joinWithAccount(server, token, 'Newcomer');
    const { items } = await inboxOf(server, admin);
    expect(items.map(({ kind, actor, room: about }) => [kind, actor.user, about])).toEqual([
      ['invite-accepted', idOf(joined), undefined],
    ]);
    expect((await inboxOf(server, other)).items).toEqual([]);
    expect((await inboxOf(server, joined)).items).toEqual([]);
  });
});

describe('mentions reported by an archiver', () => {
  test('NOTE-4 reach the person mentioned at once, with ids and nothing of the document', async () => {
    const [writer, reader] = [await member('Writer'), await member('Reader')];
    const live = await connect(server, reader);
    const event = mention(writer, reader);
    expect((await report(server, archiver, [event])).status).toBe(204);
    expect(await live.next('notice')).toEqual({ type: 'notice', kind: 'inbox' });
    const { items } = await inboxOf(server, reader);
    expect(items).toMatchObject([{ kind: 'mention', room, actor: { name: 'Writer' }, mention: event.mention }]);
    live.close();
  });

  test('NOTE-5 are told of once, however often and by whomever they are reported', async () => {
    const [writer, reader] = [await member('Writer2'), await member('Reader2')];
    const event = mention(writer, reader);
    await Promise.all([1, 2, 3].map(() => report(server, archiver, [event, event])));
    const second = await enrolArchiver(server, owner, owner.workspace);
    expect((await report(server, second, [event])).status).toBe(204);
    expect((await inboxOf(server, reader)).items).toHaveLength(1);
  });

  test('NOTE-5 tell nothing where somebody has no access, and of oneself', async () => {
    const [writer, reader] = [await member('Writer3'), await member('Reader3')];
    const guest = await joinAsGuest(
      server,
      (await createLink(server, owner, await createRoom(server, owner, owner.workspace), { role: 'viewer' })).token,
    );
    const index = owner.session.workspaces[0]?.indexRoom;
    if (index === undefined) throw new Error('no index');
    const dropped = [
      mention(writer, writer),
      mention(writer, guest),
      mention(guest, reader),
      mention(writer, reader, { room: newId() as RoomId }),
      mention(writer, reader, { room: index }),
      mention(writer, reader, { actor: newId() as ArchiverEvent['actor'] }),
    ];
    const answer = await report(server, archiver, dropped);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    for (const person of [writer, reader, guest]) expect((await inboxOf(server, person)).items).toEqual([]);
  });

  test('NOTE-5 of one author are bounded per hour', async () => {
    const [writer, reader] = [await member('Writer4'), await member('Reader4')];
    await report(
      server,
      archiver,
      Array.from({ length: 12 }, () => mention(writer, reader)),
    );
    expect((await inboxOf(server, reader)).items).toHaveLength(8);
    server.advance(3_600_000);
    const later = await fresh(writer, reader);
    await report(server, archiver, [mention(later.writer, later.reader)]);
    expect((await inboxOf(server, later.reader)).items).toHaveLength(9);
  });

  /** Access tokens have ended with the hour. */
  async function fresh(writer: Person, reader: Person) {
    const again = async (person: Person): Promise<Person> => {
      const answer = await demand(server, 'POST', '/api/auth/refresh', { cookie: person.refreshToken });
      return { ...person, token: (answer.body as { accessToken: string }).accessToken }; // a session
    };
    owner = { ...(await again(owner)), workspace: owner.workspace };
    return { writer: await again(writer), reader: await again(reader) };
  }

  test('NOTE-4 are refused of anybody but an enrolled archiver, and with any other words than were signed', async () => {
    const [writer, reader] = [await member('Writer5'), await member('Reader5')];
    const event = mention(writer, reader);
    expect((await report(server, await createDevice(), [event])).code).toBe('revoked');
    expect((await report(server, writer.device, [event])).code).toBe('revoked');
    const other = mention(writer, reader);
    expect((await report(server, archiver, [event], { signed: [other] })).code).toBe('bad-signature');
    expect((await report(server, archiver, [event], { at: server.clock.now() - 400_000 })).code).toBe('bad-signature');
    const former = await enrolArchiver(server, owner, owner.workspace);
    const path = `/api/workspaces/${owner.workspace}/archivers/${former.deviceId}`;
    await demand(server, 'DELETE', path, { token: owner.token });
    expect((await report(server, former, [event])).code).toBe('revoked');
    expect((await inboxOf(server, reader)).items).toEqual([]);
  });
});

describe('the inbox', () => {
  test('NOTE-3 what is read stays read, and every device of the person hears', async () => {
    const [writer, reader] = [await member('Writer6'), await member('Reader6')];
    await report(server, archiver, [mention(writer, reader), mention(writer, reader), mention(writer, reader)]);
    const { items } = await inboxOf(server, reader);
    const live = await connect(server, reader);
    expect(await read(reader, { ids: [items[0]?.id] })).toBe(2);
    expect(await live.next('notice')).toEqual({ type: 'notice', kind: 'inbox' });
    // of somebody else: nothing happens
    expect(await read(writer, { ids: [items[1]?.id] })).toBe(0);
    expect((await inboxOf(server, reader)).unread).toBe(2);
    expect(await read(reader, { upTo: items[0]?.at })).toBe(0);
    expect((await inboxOf(server, reader)).items.every(({ readAt }) => readAt !== undefined)).toBe(true);
    live.close();
  });

  test('NOTE-2 names nothing that the person may not open now, nor counts it', async () => {
    const [writer, reader] = [await member('Writer7'), await member('Reader7')];
    const closing = await createRoom(server, owner, owner.workspace);
    await report(server, archiver, [mention(writer, reader, { room: closing }), mention(writer, reader)]);
    expect((await inboxOf(server, reader)).unread).toBe(2);
    const body = { audience: 'restricted', role: 'viewer' };
    await demand(server, 'PUT', `/api/rooms/${closing}/access`, { token: owner.token, body });
    const left = await inboxOf(server, reader);
    expect([left.unread, left.items.map((item) => item.room)]).toEqual([1, [room]]);
  });

  test('NOTE-2 comes in pages and keeps the newest', async () => {
    const reader = await member('Reader8');
    const writers = await Promise.all(Array.from({ length: 9 }, (_, n) => member(`Crowd${n}`)));
    for (const writer of writers) {
      await report(
        server,
        archiver,
        Array.from({ length: 8 }, () => mention(writer, reader)),
      );
      server.advance(1000);
    }
    const first = await inboxOf(server, reader);
    expect([first.items.length, first.unread, first.hasMore]).toEqual([INBOX_PAGE, 60, true]);
    const second = await inboxOf(server, reader, first.items.at(-1)?.id);
    expect([second.items.length, second.hasMore]).toEqual([10, false]);
    const all = [...first.items, ...second.items];
    expect(new Set(all.map(({ id }) => id)).size).toBe(60);
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => b - a));
    expect((await call(server, 'GET', '/api/inbox?before=x', { token: reader.token })).code).toBe('bad-request');
  });
});

describe('requests for access', () => {
  test('NOTE-20 tell the owners once a day, and answer the same for every id', async () => {
    const [maker, asker] = [await member('Room maker'), await member('Asker')];
    const closed = await createRoom(server, maker, owner.workspace);
    await demand(server, 'PUT', `/api/rooms/${closed}/access`, {
      token: maker.token,
      body: { audience: 'restricted', role: 'viewer' },
    });
    const ask = async (person: Person, about: string): Promise<number> =>
      (await call(server, 'POST', `/api/rooms/${about}/access-requests`, { token: person.token })).status;
    expect(await ask(asker, closed)).toBe(204);
    expect(await ask(asker, closed)).toBe(204);
    const { items } = await inboxOf(server, maker);
    expect(items.map(({ kind, room: about, actor }) => [kind, about, actor.user])).toEqual([
      ['access-requested', closed, idOf(asker)],
    ]);
    // unknown, open to the asker anyway, and one's own
    expect(await ask(asker, newId())).toBe(204);
    expect(await ask(asker, room)).toBe(204);
    expect(await ask(maker, closed)).toBe(204);
    expect((await inboxOf(server, maker)).items).toHaveLength(1);
    expect((await inboxOf(server, owner)).items.filter(({ kind }) => kind === 'access-requested')).toEqual([]);
  });
});
