/** Calls of the account that change nothing on this device: invite links and the password. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import { createLinkResponseSchema, inspectLinkResponseSchema, linksResponseSchema } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { ok, type Result } from '@vicinal/shared/result.ts';
import { paths } from '../paths.ts';
import type { ApiClient } from './api-client.ts';
import type { RoomAccess } from './credentials.ts';
import type { Account } from './types.ts';

type AccountCalls = Pick<Account, 'inspectLink' | 'createLink' | 'listLinks' | 'revokeLink' | 'changePassword'>;

/** `accessTo` makes sure that the server knows the room; undefined while nobody is signed in. */
export const createAccountCalls = (
  api: ApiClient,
  origin: string,
  accessTo: (room: RoomId) => Promise<Result<RoomAccess, AppError>> | undefined,
): AccountCalls => ({
  inspectLink: (token) =>
    api.request({ method: 'POST', path: '/join/inspect', body: { token }, answer: inspectLinkResponseSchema }),
  createLink: async (room, input) => {
    // a room made offline has to exist on the server before anybody can be invited to it
    const access = await accessTo(room);
    if (access && !access.ok) return access;
    const answer = await api.request({
      method: 'POST',
      path: `/rooms/${room}/links`,
      body: input,
      answer: createLinkResponseSchema,
      isSignedIn: true,
    });
    if (!answer.ok) return answer;
    return ok({ link: answer.value.link, url: `${origin}${paths.join(answer.value.token)}` });
  },
  listLinks: async (room) => {
    const answer = await api.request({
      method: 'GET',
      path: `/rooms/${room}/links`,
      answer: linksResponseSchema,
      isSignedIn: true,
    });
    return answer.ok ? ok(answer.value.links) : answer;
  },
  revokeLink: (room, id) => api.request({ method: 'DELETE', path: `/rooms/${room}/links/${id}`, isSignedIn: true }),
  changePassword: (current, next) =>
    api.request({ method: 'POST', path: '/me/password', body: { current, next }, isSignedIn: true }),
});
