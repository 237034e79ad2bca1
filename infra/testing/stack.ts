/** The whole product for a journey: real processes, a real database, the production build, a folder of its own. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildClient } from '../scripts/client-build.ts';
import { type Stack, startStack } from '../scripts/stack.ts';
export { STACK_SERVICES } from '../scripts/stack.ts';
import { type Recorder, startRecorder } from './recorder.ts';

export interface TestStack extends Stack {
  readonly dataDir: string;
  /** Every byte between the origin and signaling, when asked for. */
  readonly recorder: Recorder | undefined;
  /** Serves another build of the client from now on, as an upgrade of the server does: the origin starts anew. */
  deploy(clientDir: string): Promise<void>;
}

export interface TestStackOptions {
  readonly ticketTtlMs?: number;
  readonly recordSignaling?: boolean;
  /** Stands between the origin and signaling; not together with `recordSignaling`. */
  readonly wrapSignaling?: (port: number) => Promise<number>;
  readonly env?: Readonly<Record<string, string>>;
  /** Offers the product to other devices: https at these addresses of this machine, best first. */
  readonly networkAddresses?: readonly string[];
  /** Prints what the stack says. */
  readonly isVerbose?: boolean;
}

/** `close()` ends everything and removes the folder, unless KEEP_DATA is set. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const say = (line: string): void => {
    if (options.isVerbose === true || process.env['VERBOSE'] !== undefined) console.log(line);
  };
  let { directory: clientDir } = await buildClient(say);
  const dataDir = resolve(mkdtempSync(join(tmpdir(), 'vicinal-stack-')));
  chmodSync(dataDir, 0o711); // as root the database runs as another user, who must reach it
  let recorder: Recorder | undefined;
  const { networkAddresses } = options;
  const stack = await startStack({
    dataDir,
    get clientDir() {
      return clientDir; // read whenever the origin starts
    },
    port: 0,
    ...(networkAddresses === undefined ? { host: '127.0.0.1' } : { tlsPort: 0, readAddresses: () => networkAddresses }),
    say,
    env: {
      STUN_PORT: '0', // several run at once
      ...(options.ticketTtlMs === undefined ? {} : { TICKET_TTL_MS: String(options.ticketTtlMs) }),
      ...options.env,
    },
    ...(options.wrapSignaling === undefined ? {} : { wrapSignaling: options.wrapSignaling }),
    ...(options.recordSignaling === true
      ? {
          wrapSignaling: async (port: number) => {
            recorder = await startRecorder(port);
            return recorder.port;
          },
        }
      : {}),
  });
  return {
    ...stack,
    dataDir,
    recorder,
    async deploy(directory) {
      clientDir = directory;
      await stack.kill('front');
      await stack.restart('front');
    },
    async close() {
      await stack.close();
      await recorder?.close();
      if (process.env['KEEP_DATA'] === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
