/** Ids of the gallery: the right length and alphabet, one letter each. */
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';

export const id = <T extends string>(letter: string): T => `${letter.repeat(21)}A` as T;
export const FIXTURE_WORKSPACE = id<WorkspaceId>('w');
export const FIXTURE_ROOM = id<RoomId>('r');
