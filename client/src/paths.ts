/** The one builder of addresses inside the app. Fragments carry secrets, so that no server ever sees them. */
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';

export const ROUTES = {
  home: '/',
  setup: '/setup',
  signIn: '/sign-in',
  join: '/join',
  workspace: '/w/:workspace',
  document: '/d/:room',
  settings: '/settings/:section?',
  inbox: '/inbox',
} as const;

export const paths = {
  home: (): string => ROUTES.home,
  signIn: (): string => ROUTES.signIn,
  setup: (token: string): string => `/setup#${token}`,
  join: (token: string): string => `/join#${token}`,
  workspace: (workspace: WorkspaceId): string => `/w/${workspace}`,
  document: (room: RoomId): string => `/d/${room}`,
  settings: (section?: string): string => (section === undefined ? '/settings' : `/settings/${section}`),
  inbox: (): string => ROUTES.inbox,
  /** Sign-in that comes back to `returnTo` afterwards. In the fragment: a return address may carry an invite's secret. */
  signInFor: (returnTo: string): string => (returnTo === ROUTES.home ? ROUTES.signIn : `${ROUTES.signIn}#${returnTo}`),
} as const;

/** Secret of a `/setup#…` or `/join#…` address, or `undefined` when there is none. */
export const tokenOfFragment = (hash: string): string | undefined => {
  const token = hash.replace(/^#/, '');
  return /^[\w-]{16,128}$/.test(token) ? token : undefined;
};

/** From the fragment of a sign-in address: a return address that stays in this app: an absolute path and nothing that a browser reads as another host. */
export function returnToOfFragment(hash: string): string | undefined {
  const value = hash.replace(/^#/, '');
  if (!value.startsWith('/') || value.length > 300) return undefined;
  // URL parsers drop control characters and read "\\" as "/": both could turn a path into another host.
  if (/[\u0000-\u001f\\]/.test(value) || value.startsWith('//')) return undefined;
  return value.startsWith(ROUTES.signIn) ? undefined : value;
}
