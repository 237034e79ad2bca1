/** Roles and what each may do, as one table. Every enforcement point reads it; nothing decides on its own. */
import { z } from './zod.ts';

export const ROOM_ROLES = ['owner', 'editor', 'commenter', 'viewer', 'archiver'] as const;
/** A role in one room. `archiver` is held by enrolled archivers only and never offered in a link. */
export type RoomRole = (typeof ROOM_ROLES)[number];
export const roomRoleSchema = z.enum(ROOM_ROLES);

/** Roles an invite link may carry. */
export const LINK_ROLES = ['editor', 'commenter', 'viewer'] as const;
export type LinkRole = (typeof LINK_ROLES)[number];
export const linkRoleSchema = z.enum(LINK_ROLES);

export const WORKSPACE_ROLES = ['owner', 'admin', 'member', 'guest'] as const;
export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number];
export const workspaceRoleSchema = z.enum(WORKSPACE_ROLES);

/**
 * Kinds of document inside a room. A `document` room holds meta, content, talk and jobs; an index room
 * (workspace or personal) holds index alone.
 */
export const DOC_KINDS = ['meta', 'content', 'talk', 'jobs', 'index'] as const;
export type DocKind = (typeof DOC_KINDS)[number];

export const ROOM_KINDS = ['document', 'workspace-index', 'personal-index'] as const;
export type RoomKind = (typeof ROOM_KINDS)[number];
export const roomKindSchema = z.enum(ROOM_KINDS);

/** The documents of a room of each kind. */
export const DOCS_OF_KIND: Readonly<Record<RoomKind, readonly DocKind[]>> = {
  document: ['meta', 'content', 'talk', 'jobs'],
  'workspace-index': ['index'],
  'personal-index': ['index'],
};

export type RoomOperation =
  | `write:${DocKind}`
  | 'read'
  | 'share'
  | 'revoke'
  | 'delete-room'
  | 'sign-checkpoint'
  | 'sign-archive-receipt';

/** The permission matrix. What is not listed is denied. */
export const ROOM_PERMISSIONS: Readonly<Record<RoomRole, ReadonlySet<RoomOperation>>> = {
  owner: new Set<RoomOperation>([
    'read',
    'write:meta',
    'write:content',
    'write:talk',
    'write:jobs',
    'write:index',
    'share',
    'revoke',
    'delete-room',
  ]),
  editor: new Set<RoomOperation>([
    'read',
    'write:meta',
    'write:content',
    'write:talk',
    'write:jobs',
    'write:index',
    'share',
  ]),
  commenter: new Set<RoomOperation>(['read', 'write:talk', 'write:jobs']),
  viewer: new Set<RoomOperation>(['read']),
  archiver: new Set<RoomOperation>(['read', 'write:jobs', 'sign-checkpoint', 'sign-archive-receipt']),
};

export const may = (role: RoomRole, operation: RoomOperation): boolean => ROOM_PERMISSIONS[role].has(operation);

const RANK: Readonly<Record<LinkRole | 'owner', number>> = { viewer: 0, commenter: 1, editor: 2, owner: 3 };

/** Whether `held` may hand out `offered`: nobody shares more than they hold. */
export const mayOffer = (held: RoomRole, offered: LinkRole): boolean =>
  held !== 'archiver' && may(held, 'share') && RANK[held] >= RANK[offered];
