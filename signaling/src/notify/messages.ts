/** What a push message says: generic words and ids. Names and titles are added on the device, from what it keeps. */
import type { PushMessage } from '@vicinal/shared/http/notify.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { DeliveryRow } from '../db/push.ts';

const WORDS = {
  'invite-accepted': { title: 'Invitation accepted', body: 'Somebody joined through a link you made.' },
  mention: { title: 'You were mentioned', body: 'Somebody mentioned you in a document.' },
  'access-requested': { title: 'Access requested', body: 'Somebody asks for access to a document of yours.' },
} as const;

/** Where a notification leads; `paths.ts` of the client knows the same addresses. */
const pathOf = ({ kind, room }: Pick<DeliveryRow, 'kind' | 'room'>): string =>
  kind !== 'invite-accepted' && room !== null ? `/d/${room}` : '/inbox';

export function messageOf(delivery: DeliveryRow, publicUrl: string, unread: number): PushMessage {
  const { kind, item, user, workspace, room, actor, mention } = delivery;
  return {
    web_push: 8030,
    app_badge: String(unread),
    notification: {
      ...WORDS[kind],
      navigate: publicUrl + pathOf(delivery),
      tag: item,
      data: {
        ...{ kind, user, item, workspace, actor },
        ...(room === null ? {} : { room }),
        ...(mention === null ? {} : { mention }),
      },
    },
  };
}

export const testMessage = (user: UserId, publicUrl: string): PushMessage => ({
  web_push: 8030,
  notification: {
    title: 'Test notification',
    body: 'This device receives notifications.',
    navigate: `${publicUrl}/inbox`,
    tag: 'test',
    data: { kind: 'test', user },
  },
});
