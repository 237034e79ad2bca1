/** One server process, started again with a growing pause when it ends unasked. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Children, SERVICE_STOP, stopProcess } from './processes.ts';
import { openLog, watchLog } from './service-log.ts';

export interface ServiceOptions {
  readonly name: string;
  /** Script and arguments for Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers 2xx once the service works. */
  readonly readyUrl: string;
  readonly readyTimeoutMs: number;
  /** Gets `log/<name>.log` and `run/<name>.pid`. */
  readonly dataDir: string;
  readonly children: Children;
  readonly say: (line: string) => void;
}

export interface SupervisedService {
  readonly pid: number | undefined;
  /** Resolves when the service is ready; rejects when it is not in time or ends twice before. */
  start(): Promise<void>;
  /** SIGKILL, and no restart until `start`. */
  kill(): Promise<void>;
  /** Lets the service flush and end. Idempotent. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A service that ran this long starts over with the shortest pause. */
const HEALTHY_MS = 30_000;

export function createSupervisedService(options: ServiceOptions): SupervisedService {
  let child: ChildProcess | undefined;
  let isWanted = false;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;
  const pidFile = join(options.dataDir, 'run', `${options.name}.pid`);

  function launch(): void {
    const log = openLog(logFile(options));
    const startedAt = Date.now();
    const current = options.children.spawn(
      process.execPath,
      options.args,
      { env: options.env, stdio: ['ignore', log, log] },
      SERVICE_STOP,
    );
    closeSync(log);
    const endWatching = watchLog(logFile(options), options.say);
    child = current;
    mkdirSync(join(options.dataDir, 'run'), { recursive: true });
    writeFileSync(pidFile, `${current.pid}\n`);
    current.once('exit', (code, signal) => {
      endWatching();
      rmSync(pidFile, { force: true });
      child = undefined;
      if (!isWanted) return;
      if (Date.now() - startedAt > HEALTHY_MS) pauseMs = FIRST_PAUSE_MS;
      options.say(`${options.name} ended (${signal ?? `code ${code}`}); starting it again. See ${logFile(options)}`);
      timer = setTimeout(launch, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    });
  }

  async function end(how: (pid: number) => Promise<void>): Promise<void> {
    isWanted = false;
    clearTimeout(timer);
    const current = child;
    if (current?.pid === undefined) return;
    const exited = new Promise((resolve) => current.once('exit', resolve));
    await how(current.pid);
    if (child === current) await exited;
  }

  return {
    get pid() {
      return child?.pid;
    },
    async start() {
      if (!isWanted) {
        isWanted = true;
        launch();
      }
      await waitUntilReady(options);
    },
    // its process group: a service may run workers of its own
    kill: () => end(async (pid) => void process.kill(-pid, 'SIGKILL')),
    stop: () => end((pid) => stopProcess(pid, SERVICE_STOP)),
  };
}

async function waitUntilReady({ name, readyUrl, readyTimeoutMs, ...options }: ServiceOptions): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    try {
      const response = await fetch(readyUrl, { signal: AbortSignal.timeout(2000) });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // not listening yet
    }
    if (Date.now() > deadline)
      throw new Error(`${name} is not ready after ${readyTimeoutMs / 1000} s. See ${logFile({ name, ...options })}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const logFile = (options: Pick<ServiceOptions, 'dataDir' | 'name'>): string =>
  join(options.dataDir, 'log', `${options.name}.log`);
