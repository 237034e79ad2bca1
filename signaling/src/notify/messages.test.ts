import { expect, test } from 'vitest';
import { pushMessageSchema } from '@vicinal/shared/http/notify.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { DeliveryRow } from '../db/push.ts';
import { messageOf, testMessage } from './messages.ts';

const id = <T extends string>(letter: string): T => `${letter.repeat(21)}A` as T; // the shape of every id
const delivery: DeliveryRow = {
  item: id('i'),
  device: id<DeviceId>('d'),
  attempts: 1,
  user: id<UserId>('u'),
  kind: 'mention',
  workspace: id<WorkspaceId>('w'),
  room: id<RoomId>('r'),
  actor: id<UserId>('a'),
  mention: id('m'),
  endpoint: '',
  p256dh: '',
  auth: '',
};
const origin = 'https://docs.example.org';
const leadsTo = (change: Partial<DeliveryRow>): string =>
  messageOf({ ...delivery, ...change }, origin, 1).notification.navigate;

test('PUSH-9 the worker is asked of every message, as the W3C writes it and as WebKit reads it', () => {
  const message = messageOf(delivery, origin, 12);
  const declared = { mutable: true, app_badge: 12 };
  expect(message).toMatchObject({ web_push: 8030, ...declared, notification: declared });
  expect(testMessage(delivery.user, origin)).toMatchObject({ mutable: true, notification: { mutable: true } });
  expect(pushMessageSchema.parse(message)).toEqual(message);
});

test('PUSH-9 a click leads to the place of the mention, the document or the inbox', () => {
  expect(leadsTo({})).toBe(`${origin}/d/${id('r')}#mention=${id('m')}`);
  expect(leadsTo({ kind: 'access-requested', mention: null })).toBe(`${origin}/d/${id('r')}`);
  expect(leadsTo({ kind: 'invite-accepted', mention: null })).toBe(`${origin}/inbox`);
  expect(leadsTo({ kind: 'invite-accepted', mention: null, room: null })).toBe(`${origin}/inbox`);
});
