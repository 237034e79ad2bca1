/** The signaling server as a process. */
import { parseEnv } from './config.ts';
import { createLogger, errorFields } from './log.ts';
import { createServer } from './server.ts';

/** A signal that comes within this time is the same Ctrl-C, delivered by the terminal and by npm. */
const SAME_SIGNAL_MS = 500;
/** What closing may take beyond the configured time, for the database's last answers. */
const STOP_MARGIN_MS = 2000;

const config = parseEnv();
if (!config.ok) {
  process.stderr.write(
    `The configuration is not valid:\n${config.error.map((problem) => `  - ${problem}\n`).join('')}`,
  );
  process.exit(78);
}
const { limits, logLevel } = config.value;
const logger = createLogger(logLevel);
const server = createServer(config.value, { logger });

let stoppingSince: number | undefined;
const stop = (): void => {
  if (stoppingSince !== undefined) {
    if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
    return;
  }
  stoppingSince = performance.now();
  setTimeout(() => {
    logger.error('stop-timed-out');
    process.exit(1);
  }, limits.shutdownTimeoutMs + STOP_MARGIN_MS).unref();
  void server.close().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error('stop-failed', errorFields(error));
      process.exit(1);
    },
  );
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  await server.start();
} catch (error) {
  logger.error('start-failed', errorFields(error));
  process.exitCode = 1;
}
