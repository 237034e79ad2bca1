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
function pathOf({ kind, room, mention }: Pick<DeliveryRow, 'kind' | 'room' | 'mention'>): string {
  if (kind === 'invite-accepted' || room === null) return '/inbox';
  return mention === null ? `/d/${room}` : `/d/${room}#mention=${mention}`;
}

export function messageOf(delivery: DeliveryRow, publicUrl: string, unread: number): PushMessage {
  const { kind, item, user, workspace, room, actor, mention } = delivery;
  const declared = { mutable: true, app_badge: unread } as const;
  return {
    web_push: 8030,
    ...declared,
    notification: {
      ...declared,
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
  mutable: true,
  notification: {
    mutable: true,
    title: 'Test notification',
    body: 'This device receives notifications.',
    navigate: `${publicUrl}/inbox`,
    tag: 'test',
    data: { kind: 'test', user },
  },
});
