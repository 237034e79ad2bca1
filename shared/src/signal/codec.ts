/** Parsing of signaling frames. Never throws. */
import { AppError } from '../app-error.ts';
import { err, ok, type Result } from '../result.ts';
import type { z } from '../zod.ts';
import { downSchema, type Down } from './down.ts';
import { upSchema, type Up } from './up.ts';

/** Largest signaling frame, bytes of UTF-8. */
export const MAX_SIGNAL_BYTES = 64 * 1024;

function parse<T>(schema: z.ZodMiniType<T>, frame: string): Result<T, AppError> {
  // A UTF-16 unit takes at most three bytes of UTF-8, so most frames need no exact count.
  if (frame.length * 3 > MAX_SIGNAL_BYTES && new TextEncoder().encode(frame).length > MAX_SIGNAL_BYTES) {
    return err(new AppError('too-large', 'signaling frame'));
  }
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return err(new AppError('bad-request', 'signaling frame is not JSON'));
  }
  const parsed = schema.safeParse(json);
  return parsed.success
    ? ok(parsed.data)
    : err(new AppError('bad-request', 'signaling frame does not match the schema'));
}

export const parseUp = (frame: string): Result<Up, AppError> => parse(upSchema, frame);
export const parseDown = (frame: string): Result<Down, AppError> => parse(downSchema, frame);
export const encodeUp = (message: Up): string => JSON.stringify(message);
export const encodeDown = (message: Down): string => JSON.stringify(message);
