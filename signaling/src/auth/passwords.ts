/** Passwords as argon2id, computed on the thread pool so that the event loop stays free. */
import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1. The algorithm's number is argon2id. */
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFC'), options);

let decoy: Promise<string> | undefined;

/** Whether the password belongs to the hash. Without a hash the same work is done and the answer is false. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('a decoy that nobody signs in with');
  const matches = await verify(stored ?? (await decoy), password.normalize('NFC'));
  return stored !== undefined && matches;
}

/** E-mail addresses are compared without regard to case. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();
