/** Ids and secrets from injected randomness. */
import { sha256, toBase64Url, toHex, utf8, type Bytes } from '@vicinal/shared/bytes.ts';
import type { Random } from '@vicinal/shared/clock.ts';

/** 16 random bytes as 22 characters: the form of every id but a device's. */
export const randomId = <Id extends string>(random: Random): Id => toBase64Url(random.bytes(16)) as Id; // ids are brands over this form

/** 32 random bytes as 43 characters. */
export const randomSecret = (random: Random): string => toBase64Url(random.bytes(32));

/**
 * What the database keeps of a secret. The secrets hashed here hold 256 random bits, so a plain hash resists guessing;
 * passwords go through `auth/passwords.ts`.
 */
export const hashSecret = (secret: string): Bytes => sha256(utf8(secret));

/** A secret that is typed after `--code`: hex, since base64url may begin with a dash and would be read as an option. */
export const randomCode = (random: Random): string => toHex(random.bytes(32));
