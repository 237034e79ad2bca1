/** Turns whatever a request failed with into `{error:{code, requestId}}` and a log line. */
import { AppError, httpStatusOf, type ErrorCode } from '@vicinal/shared/app-error.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { errorFields } from '../log.ts';

export interface Failure {
  readonly status: number;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly requestId: string } };
}

export function describeFailure(error: unknown, requestId: string, logger: Logger): Failure {
  const code = codeOf(error);
  if (code === 'internal') logger.error('request-failed', errorFields(error));
  return { status: httpStatusOf(code), body: { error: { code, requestId } } };
}

/** SQLSTATE classes and system errors that say that the database is away and not that a statement is wrong. */
const unavailable = /^(08...|57P0.|53...|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;

function codeOf(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof Error)) return 'internal';
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && unavailable.test(code)) return 'not-ready';
  // pg has no code for these two: no connection within the time, and one that ended under a query.
  if (/^(timeout exceeded when trying to connect|Connection terminated)/.test(error.message)) return 'not-ready';
  return 'internal';
}
