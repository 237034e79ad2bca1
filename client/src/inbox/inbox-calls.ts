/** Calls about notifications. Thin; nothing is kept. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import {
  inboxReadResponseSchema,
  inboxResponseSchema,
  pushResponseSchema,
  pushTestResponseSchema,
  type Inbox,
  type PushSubscriptionKeys,
  type PushTest,
} from '@vicinal/shared/http/notify.ts';
import type { DeviceId } from '@vicinal/shared/ids.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { z } from '@vicinal/shared/zod.ts';
import type { ApiClient } from '../auth/api-client.ts';

type Answer<T> = Promise<Result<T, AppError>>;

export interface InboxCalls {
  list(before?: string): Answer<Inbox>;
  markRead(which: { readonly ids: readonly string[] } | { readonly upTo: number }): Answer<{ readonly unread: number }>;
  active(): Answer<undefined>;
  push(): Answer<z.infer<typeof pushResponseSchema>>;
  subscribe(device: DeviceId, subscription: PushSubscriptionKeys): Answer<undefined>;
  unsubscribe(device: DeviceId): Answer<undefined>;
  testPush(): Answer<PushTest>;
}

export function createInboxCalls(api: Pick<ApiClient, 'request'>): InboxCalls {
  const base = { isSignedIn: true } as const;
  return {
    list: (before) => {
      const path = before === undefined ? '/inbox' : `/inbox?before=${before}`;
      return api.request({ ...base, method: 'GET', path, answer: inboxResponseSchema });
    },
    markRead: (which) =>
      api.request({ ...base, method: 'POST', path: '/inbox/read', body: which, answer: inboxReadResponseSchema }),
    active: () => api.request({ ...base, method: 'PUT', path: '/activity' }),
    push: () => api.request({ ...base, method: 'GET', path: '/push', answer: pushResponseSchema }),
    subscribe: (device, body) => api.request({ ...base, method: 'PUT', path: `/push/${device}`, body }),
    unsubscribe: (device) => api.request({ ...base, method: 'DELETE', path: `/push/${device}` }),
    testPush: () => api.request({ ...base, method: 'POST', path: '/push/test', answer: pushTestResponseSchema }),
  };
}
