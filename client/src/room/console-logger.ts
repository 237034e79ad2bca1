// oxlint-disable no-console -- this is where the browser's log lines go
/** Log lines in the browser's console: fixed event names and fields, never content. Debug lines are left out. */
import type { LogFields, Logger } from '@vicinal/shared/logger.ts';

export function consoleLogger(bound: LogFields = {}): Logger {
  const merged = (fields: LogFields | undefined): LogFields => ({ ...bound, ...fields });
  return {
    debug: () => undefined,
    info: (event, fields) => console.info(event, merged(fields)),
    warn: (event, fields) => console.warn(event, merged(fields)),
    error: (event, fields) => console.error(event, merged(fields)),
    child: (fields) => consoleLogger({ ...bound, ...fields }),
  };
}
