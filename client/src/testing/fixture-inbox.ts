/** Inbox and push of the gallery, behind the calls that their chunks make. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { InboxItem } from '@vicinal/shared/http/notify.ts';
import type { DeviceId, RoomId, UserId } from '@vicinal/shared/ids.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { ApiClient, ApiRequest } from '../auth/api-client.ts';
import type { Scene } from './fixture-core.ts';
import { FIXTURE_ROOM, FIXTURE_WORKSPACE, id } from './fixture-ids.ts';

const HOUR = 3_600_000;

export function createFixtureApi(scene: Scene, clock: () => number): Pick<ApiClient, 'request'> {
  let readAt: number | undefined;
  const people = [
    { user: id<UserId>('1'), name: 'Ben Lindqvist', colour: 7 },
    { user: id<UserId>('4'), name: 'Farid', colour: 4 },
    { user: id<UserId>('2'), name: 'Chiara Rossi', colour: 10 },
  ];
  const item = (index: number): InboxItem => {
    const actor = people[index % people.length] ?? { user: id<UserId>('1'), name: 'Ben', colour: 7 };
    const isMention = index % 3 !== 1;
    const read = index > 1 ? clock() - HOUR : readAt;
    return {
      id: id<string>(String(index % 10)),
      kind: isMention ? 'mention' : 'invite-accepted',
      workspace: FIXTURE_WORKSPACE,
      ...(index === 4 ? {} : { room: index === 2 ? id<RoomId>('x') : FIXTURE_ROOM }),
      actor,
      at: clock() - (index * 9 + 0.2) * HOUR,
      ...(read === undefined ? {} : { readAt: read }),
    };
  };
  const unread = (): number => (readAt === undefined ? Math.min(2, scene.inbox) : 0);
  const answerTo = ({ method, path }: ApiRequest<unknown>): unknown => {
    if (path === '/inbox')
      return { items: Array.from({ length: scene.inbox }, (_, n) => item(n)), unread: unread(), hasMore: false };
    if (path === '/inbox/read') {
      readAt = clock();
      return { unread: 0 };
    }
    if (method === 'POST' && path === '/push/test')
      return { results: [{ device: id<DeviceId>('0'), label: 'Chrome on Linux', outcome: 'accepted', status: 201 }] };
    return undefined;
  };
  return {
    request: <T>(request: ApiRequest<T>) =>
      // what the caller's schema describes
      Promise.resolve(
        (scene.server === 'up' ? ok(answerTo(request)) : err(new AppError('network'))) as Result<T, AppError>,
      ),
  };
}
