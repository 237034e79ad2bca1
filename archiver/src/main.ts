/**
 * The archiver's parent process: runs the peer in a child and restarts it when it dies, because WebRTC in Node is native
 * code whose crash ends its process. The parent itself loads no native code and no database driver.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createLogger, errorFields } from './log.ts';
import { environment, parseEnv } from './config.ts';
import type { Config } from './config.ts';
import { loadEnrolment } from './identity/state-files.ts';

/** A child that lived this long starts the backoff anew. */
const HEALTHY_MS = 60_000;
/** What the child may take beyond its own shutdown time before it is killed. */
const KILL_MARGIN_MS = 500;
/** A signal that comes within this time is the same Ctrl-C, delivered by the terminal and by npm. */
const SAME_SIGNAL_MS = 500;
/** Exit code of a child that cannot work with these settings: restarting does not help. */
export const EXIT_SETTINGS = 2;

/** Runs until told to stop. Resolves to the exit code: 0 stopped and flushed, 1 not flushed, 2 wrong settings, 3 not enrolled. */
export async function startParent(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const parsed = parseEnv(env);
  if (!parsed.ok) {
    console.error(
      `The archiver's settings are not right:\n${parsed.error.map((problem) => `- ${problem}`).join('\n')}`,
    );
    return EXIT_SETTINGS;
  }
  const config = parsed.value;
  try {
    if ((await loadEnrolment(config.stateDir)) === undefined) {
      console.error(
        `This archiver is not enrolled. Run: npm run archiver -- enroll --url <address> --code <code>\n(looked in ${config.stateDir})`,
      );
      return 3;
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The enrolment cannot be read.');
    return EXIT_SETTINGS;
  }
  return supervise(config);
}

function supervise(config: Config): Promise<number> {
  const { limits } = config;
  const logger = createLogger(config.logLevel).child({ part: 'parent' });
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    let restart: NodeJS.Timeout | undefined;
    let failures = 0;
    let isStopping = false;
    let isFlushed = false;
    let stoppingSince = 0;

    const finish = (code: number): void => {
      clearTimeout(restart);
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve(code);
    };
    const spawn = (): void => {
      const startedAt = performance.now();
      const current = fork(new URL('./child.ts', import.meta.url), [], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child = current;
      current.on('message', (message) => {
        if (message === 'flushed') isFlushed = true;
      });
      current.on('error', (error) => logger.error('archiver.child-failed', errorFields(error)));
      current.once('exit', (code, signal) => {
        child = undefined;
        if (isStopping) return finish(isFlushed || code === 0 ? 0 : 1);
        if (code === EXIT_SETTINGS) return finish(EXIT_SETTINGS);
        failures = performance.now() - startedAt > HEALTHY_MS ? 1 : failures + 1;
        const delayMs = Math.min(limits.restartMaxMs, limits.restartMinMs * 2 ** Math.min(failures - 1, 16));
        logger.error('archiver.child-died', {
          code: code ?? undefined,
          signal: signal ?? undefined,
          failures,
          delayMs,
        });
        restart = setTimeout(spawn, delayMs);
      });
    };
    const stop = (): void => {
      if (isStopping) {
        if (performance.now() - stoppingSince <= SAME_SIGNAL_MS) return;
        child?.kill('SIGKILL'); // asked twice: its exit is answered with 1
        return;
      }
      isStopping = true;
      stoppingSince = performance.now();
      const current = child;
      if (current === undefined) return finish(0);
      if (current.connected) current.send('stop');
      setTimeout(() => current.kill('SIGKILL'), limits.shutdownTimeoutMs + KILL_MARGIN_MS).unref();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    spawn();
  });
}

if (import.meta.main) process.exitCode = await startParent(environment);
