/** The one error class of the product, its closed list of codes, and what each code means on every surface. */

interface CodeFacts {
  /** HTTP status when the API answers with it. */
  readonly http: number;
  /** WebSocket close code when it ends a signaling connection; absent where it never does. */
  readonly close?: number;
  /** What a person reads. */
  readonly text: string;
}

const table = {
  'bad-request': { http: 400, close: 4400, text: 'The request could not be understood.' },
  'invalid-body': { http: 422, text: 'Some of the values are missing or not valid.' },
  'too-large': { http: 413, close: 4413, text: 'This is larger than the server accepts.' },
  unauthenticated: { http: 401, close: 4401, text: 'Please sign in again.' },
  'bad-credentials': { http: 401, text: 'E-mail or password is not right.' },
  'token-expired': { http: 401, close: 4402, text: 'The session has expired. Reconnecting.' },
  'refresh-reused': {
    http: 401,
    text: 'This session was used from two places and has been ended. Please sign in again.',
  },
  forbidden: { http: 403, close: 4403, text: 'You have no access to this.' },
  'bad-origin': { http: 403, close: 4405, text: 'This address is not allowed to connect.' },
  'not-found': { http: 404, text: 'This does not exist, or you have no access to it.' },
  'method-not-allowed': { http: 405, text: 'This operation is not available here.' },
  conflict: { http: 409, text: 'This was changed or created by somebody else in the meantime.' },
  'already-set-up': { http: 409, text: 'This workspace has already been set up. Sign in instead.' },
  'email-taken': { http: 409, text: 'There is already an account with this e-mail address.' },
  'account-required': { http: 403, text: 'This needs an account with an e-mail address and a password.' },
  'last-owner': { http: 409, text: 'There must be at least one owner. Make somebody else an owner first.' },
  'link-invalid': { http: 410, text: 'This link is not valid any more. Ask for a new one.' },
  'setup-link-invalid': {
    http: 410,
    text: 'This set-up link is not valid any more. Make a new one with: npm run admin -- new-setup-link',
  },
  'enrolment-invalid': { http: 410, text: 'This enrolment code is not valid any more.' },
  'rate-limited': { http: 429, close: 4429, text: 'Too many attempts. Please wait a moment.' },
  'too-many-connections': { http: 429, close: 4430, text: 'Too many connections from this address.' },
  'join-limit': { http: 429, text: 'Too many documents are open on this connection.' },
  'challenge-timeout': { http: 408, close: 4408, text: 'The connection took too long to identify itself.' },
  'bad-signature': { http: 401, close: 4409, text: 'This device could not prove its identity.' },
  'unsupported-version': { http: 426, close: 4426, text: 'This version is too old for the server. Reload to update.' },
  idle: { http: 408, close: 4410, text: 'The connection was idle.' },
  superseded: { http: 409, close: 4411, text: 'This connection was replaced by a newer one.' },
  'slow-consumer': { http: 503, close: 4412, text: 'The connection could not keep up.' },
  revoked: { http: 403, close: 4414, text: 'Access was removed.' },
  'unknown-peer': { http: 404, text: 'That peer is not in this document.' },
  'not-ready': { http: 503, text: 'The server is starting or its database cannot be reached. Nothing was lost.' },
  'shutting-down': { http: 503, close: 4503, text: 'The server is restarting.' },
  internal: { http: 500, close: 4500, text: 'Something failed on the server. Nothing you wrote was lost.' },
  network: { http: 503, text: 'The server cannot be reached. Changes are kept on this device.' },
  'storage-failed': { http: 507, text: 'This device could not save. Export a copy or free up space.' },
  'room-closed': { http: 410, text: 'This document was deleted.' },
  'limit-exceeded': { http: 413, text: 'This change is too large.' },
  'unsupported-browser': { http: 426, text: 'This browser lacks what secure syncing needs.' },
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof table;
export const ERROR_CODES = Object.keys(table) as readonly ErrorCode[];
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(table, value);

/** An exceptional failure. Branch on `code`, never on `message`; `message` is for logs and never shown. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message?: string, options?: ErrorOptions) {
    super(message ?? code, options);
    this.code = code;
  }
}

export const httpStatusOf = (code: ErrorCode): number => table[code].http;
export const textOf = (code: ErrorCode): string => table[code].text;
/** Close code of a fatal signaling error; codes that are never fatal close as `internal`. */
export const closeCodeOf = (code: ErrorCode): number => {
  const facts: CodeFacts = table[code];
  return facts.close ?? table.internal.close;
};
/** The error a close code stands for, if it is one of ours. */
export const errorOfCloseCode = (closeCode: number): ErrorCode | undefined =>
  ERROR_CODES.find((code) => (table[code] as CodeFacts).close === closeCode);
