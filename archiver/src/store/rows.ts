/** Rows of the archive's tables and the values they stand for. `pg` gives bigint as text and bytea as Buffer. */
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { DocAddress } from '@vicinal/shared/log/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';

export interface DocRow {
  readonly room: RoomId;
  readonly doc: DocKind;
  readonly gen: number;
}

export const addressKey = (address: DocAddress): string => `${address.room}/${address.doc}/${address.gen}`;
export const sessionKey = (address: DocAddress, clientId: number): string => `${addressKey(address)}/${clientId}`;

/** A plain copy that owns its buffer: Buffers of pg are slices of the network's. */
export const bytesOf = (buffer: Buffer): Bytes => new Uint8Array(buffer);

/** Column arrays for unnest. */
export const columns = <T>(rows: readonly T[], pick: readonly ((row: T) => unknown)[]): unknown[] =>
  pick.map((column) => rows.map(column));
