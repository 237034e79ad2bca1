/**
 * Branded identifiers. All but {@link DeviceId} are 16 bytes written as 22 characters of unpadded base64url;
 * a device id is the RFC 7638 SHA-256 thumbprint of the device's public key, 43 characters (`cnf.jkt`).
 */
import { z } from './zod.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type WorkspaceId = Branded<'WorkspaceId'>;
/** 128 random bits, minted on the device that creates the room. */
export type RoomId = Branded<'RoomId'>;
export type DeviceId = Branded<'DeviceId'>;
/** First 16 bytes of SHA-256("vicinal/peer/v1" ‖ devicePub ‖ tabNonce). */
export type PeerId = Branded<'PeerId'>;
export type LinkId = Branded<'LinkId'>;

const id16 = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const id32 = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

const branded = <T extends string>(pattern: RegExp) =>
  z.string().check(z.regex(pattern)) as unknown as z.ZodMiniType<T, string>;

export const userIdSchema = branded<UserId>(id16);
export const workspaceIdSchema = branded<WorkspaceId>(id16);
export const roomIdSchema = branded<RoomId>(id16);
export const deviceIdSchema = branded<DeviceId>(id32);
export const peerIdSchema = branded<PeerId>(id16);
export const linkIdSchema = branded<LinkId>(id16);

export const isRoomId = (value: string): value is RoomId => id16.test(value);
export const isWorkspaceId = (value: string): value is WorkspaceId => id16.test(value);
export const isPeerId = (value: string): value is PeerId => id16.test(value);
