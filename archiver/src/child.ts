/** The archiver's child process: the peer itself. Stops when the parent says so or is gone. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { startArchiver } from './archiver.ts';
import type { Archiver } from './archiver.ts';
import { environment, parseEnv } from './config.ts';
import { createLogger, errorFields } from './log.ts';
import { EXIT_SETTINGS } from './main.ts';
import { nodeWebRtc } from './peer/wrtc.ts';

/** Codes of `listen` that no restart mends. */
const ADDRESS_ERRORS: ReadonlySet<unknown> = new Set(['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND']);

/** Which of the two was taken. */
const portOf = (error: unknown): number | undefined =>
  error instanceof Error && 'port' in error && typeof error.port === 'number' ? error.port : undefined;

const parsed = parseEnv(environment);
if (!parsed.ok) process.exit(EXIT_SETTINGS); // the parent has said why
const config = parsed.value;
const logger = createLogger(config.logLevel);
let archiver: Archiver | undefined;
let isStopping = false;

const stop = async (): Promise<void> => {
  if (isStopping) return;
  isStopping = true;
  logger.info('archiver.stopping');
  try {
    await archiver?.close();
    logger.info('archiver.stopped');
    // Exits once the message is out: native code may still crash on the way, and the parent must know what was flushed.
    if (process.connected && process.send) process.send('flushed', () => process.exit(0));
    else process.exit(0);
  } catch (error) {
    logger.error('archiver.stop-failed', errorFields(error));
    process.exit(1);
  }
};
process.on('message', (message) => {
  if (message === 'stop') void stop();
});
process.on('disconnect', () => void stop());
// A terminal's Ctrl-C reaches the whole group: the parent hears it too and says when.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void stop());
const die = (event: string) => (error: unknown) => {
  logger.error(event, errorFields(error));
  process.exit(1);
};
process.on('uncaughtException', die('archiver.uncaught-exception'));
process.on('unhandledRejection', die('archiver.unhandled-rejection'));

try {
  archiver = await startArchiver({ config, webrtc: nodeWebRtc, clock: systemClock, random: systemRandom, logger });
  logger.info('archiver.listening', { host: config.host, port: archiver.port });
  if (isStopping) await archiver.close();
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') logger.error('archiver.port-taken', { port: portOf(error) });
  else logger.error('archiver.start-failed', errorFields(error));
  process.exit(error instanceof AppError || ADDRESS_ERRORS.has(code) ? EXIT_SETTINGS : 1);
}
