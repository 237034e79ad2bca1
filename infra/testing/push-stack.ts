/** The built client in front of a signaling server whose pushes go to a push service on this machine. No archiver. */
import { ORIGIN } from '@vicinal/signaling/testing/test-server.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { randomId } from '@vicinal/signaling/random-ids.ts';
import { idOf, signInAgain } from '@vicinal/signaling/testing/members.ts';
import { report, startNotifyingServer, type NotifyingServer } from '@vicinal/signaling/testing/notified.ts';
import { enrolArchiver, joinAsGuest, type Person } from '@vicinal/signaling/testing/people.ts';
import { buildClient } from '../scripts/client-build.ts';
import { startFront } from '../scripts/front.ts';
import { freePort } from '../scripts/ports.ts';
import type { PushService } from './push-service.ts';

export interface PushStack {
  readonly origin: string;
  readonly push: PushService;
  setupLink(): Promise<string>;
  /** Somebody in another browser uses an invite link of the page. */
  join(link: string, nickname: string): Promise<Person>;
  /** An archiver tells that `actor` mentioned the owner in a document; resolves to the mention's id. */
  mention(room: RoomId, actor: Person, owner: { readonly email: string; readonly password: string }): Promise<string>;
  close(): Promise<void>;
}

/** Nobody counts as active, and a push follows at once. */
export async function startPushStack(): Promise<PushStack> {
  const { directory } = await buildClient(() => undefined);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const server: NotifyingServer = await startNotifyingServer({
    PUBLIC_URL: origin,
    ALLOWED_ORIGINS: ORIGIN,
    PUSH_AFTER_MS: '0',
    PUSH_ACTIVE_WITHIN_MS: '0',
  });
  const front = await startFront({
    clientDir: directory,
    port,
    host: '127.0.0.1',
    targetOf: () => server.base,
  });
  return {
    origin,
    push: server.push,
    setupLink: async () => `${origin}/setup#${await server.setupToken()}`,
    join: (link, nickname) => joinAsGuest(server, new URL(link).hash.slice(1), nickname),
    mention: async (room, actor, { email, password }) => {
      const owner = await signInAgain(server, email, password);
      const [workspace] = owner.session.workspaces;
      if (!workspace) throw new Error('the owner has no workspace');
      const archiver = await enrolArchiver(server, owner, workspace.id);
      const mention = randomId<string>(systemRandom);
      await report(server, archiver, [{ kind: 'mention', room, actor: idOf(actor), target: idOf(owner), mention }]);
      return mention;
    },
    close: async () => {
      await front.close();
      await server.close();
    },
  };
}
