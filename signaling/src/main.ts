/** The signaling server as a process. */
import { parseEnv } from './config.ts';
import { createLogger, errorFields } from './log.ts';
import { createServer } from './server.ts';

const config = parseEnv();
if (!config.ok) {
  process.stderr.write(
    `The configuration is not valid:\n${config.error.map((problem) => `  - ${problem}\n`).join('')}`,
  );
  process.exit(78);
}
const logger = createLogger(config.value.logLevel);
const server = createServer(config.value, { logger });

let isStopping = false;
const stop = (): void => {
  if (isStopping) return;
  isStopping = true;
  void server.close().then(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  await server.start();
} catch (error) {
  logger.error('start-failed', errorFields(error));
  process.exitCode = 1;
}
