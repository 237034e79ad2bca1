/** The one builder of addresses inside the app. Fragments carry secrets, so that no server ever sees them. */
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';

export const ROUTES = {
  home: '/',
  setup: '/setup',
  signIn: '/sign-in',
  join: '/join',
  workspace: '/w/:workspace',
  document: '/d/:room',
} as const;

export const paths = {
  home: (): string => ROUTES.home,
  signIn: (): string => ROUTES.signIn,
  setup: (token: string): string => `/setup#${token}`,
  join: (token: string): string => `/join#${token}`,
  workspace: (workspace: WorkspaceId): string => `/w/${workspace}`,
  document: (room: RoomId): string => `/d/${room}`,
} as const;

/** Secret of a `/setup#…` or `/join#…` address, or `undefined` when there is none. */
export const tokenOfFragment = (hash: string): string | undefined => {
  const token = hash.replace(/^#/, '');
  return /^[\w-]{16,128}$/.test(token) ? token : undefined;
};
