/** A workspace on a server that tells people of things: its owner, an archiver that reports, and what is pushed, for tests. */
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { ArchiverEvent, PushMessage } from '@vicinal/shared/http/notify.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { randomId } from '../random-ids.ts';
import { idOf, inviteMember } from './members.ts';
import { messagesOf, report, startNotifyingServer, type NotifyingServer } from './notified.ts';
import { createLink, createRoom, enrolArchiver, setUpOwner, type Person } from './people.ts';

/** Names a new mention each time. */
export const mentionOf = (room: RoomId, actor: Person, target: Person): ArchiverEvent => ({
  kind: 'mention',
  room,
  actor: idOf(actor),
  target: idOf(target),
  mention: randomId<string>(systemRandom),
});

export interface NotifiedWorkspace {
  readonly server: NotifyingServer;
  readonly owner: Person & { readonly workspace: WorkspaceId };
  readonly archiver: DeviceSigner;
  /** Somebody new with an account; a number is added to the name. */
  invite(name: string): Promise<Person>;
  /** A room that its maker shares by a link for viewers. */
  shareRoom(maker: Person): Promise<{ readonly room: RoomId; readonly link: string }>;
  /** Has the archiver report a mention by the owner. */
  mention(room: RoomId, target: Person): Promise<ArchiverEvent>;
  /** Whatever was pushed so far is of no interest any more. */
  forgetPushed(): void;
  pushed(): readonly PushMessage[];
  close(): Promise<void>;
}

/** Access tokens last for the longest time there is. */
export async function startNotifiedWorkspace(env: Readonly<Record<string, string>> = {}): Promise<NotifiedWorkspace> {
  const server = await startNotifyingServer({ ACCESS_TTL_MS: '3600000', ...env });
  const owner = await setUpOwner(server);
  const archiver = await enrolArchiver(server, owner, owner.workspace);
  let invited = 0;
  let forgotten = 0;
  return {
    server,
    owner,
    archiver,
    invite: (name) => inviteMember(server, owner, owner.workspace, `${name} ${invited++}`),
    shareRoom: async (maker) => {
      const room = await createRoom(server, maker, owner.workspace);
      return { room, link: (await createLink(server, maker, room, { role: 'viewer' })).token };
    },
    mention: async (room, target) => {
      const event = mentionOf(room, owner, target);
      const { status } = await report(server, archiver, [event]);
      if (status !== 204) throw new Error(`report: ${status}`);
      return event;
    },
    forgetPushed: () => void (forgotten = server.push.messages.length),
    pushed: () => messagesOf(server.push).slice(forgotten),
    close: () => server.close(),
  };
}
