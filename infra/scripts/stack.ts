/** Everything `npm start` runs: database, signaling, archiver and the one origin in front of them. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { systemClock } from '@vicinal/shared/clock.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { type Front, type FrontOptions, startFront } from './front.ts';
import { httpsOrigin } from './front-hosts.ts';
import { LOOPBACK_NAMES, type NetworkFront, tryNetworkFront } from './front-network.ts';
import { originsFile, writeOrigins } from './front-origins-file.ts';
import type { NetworkView } from './front-trust.ts';
import { isOnNetwork, lanAddresses } from './network-addresses.ts';
import { freePort } from './ports.ts';
import { createChildren, processStartTime } from './processes.ts';
import { createSupervisedService, type SupervisedService } from './supervised-service.ts';

const repository = resolve(import.meta.dirname, '../..');

/** `front` is the origin itself; it runs in this process, and killing it ends its listener and every connection. */
export const STACK_SERVICES = ['postgres', 'signaling', 'archiver', 'front'] as const;
export type StackService = (typeof STACK_SERVICES)[number];

export interface StackOptions {
  /** Absolute folder for the database, keys, logs and process ids. */
  readonly dataDir: string;
  /** Built client. */
  readonly clientDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host?: string;
  readonly publicUrl?: string;
  /** https for other devices, unless `publicUrl` says where that is or `host` is loopback; 0 lets the system choose. */
  readonly tlsPort?: number;
  /** Addresses of this machine, best first; absent: those the system names. */
  readonly readAddresses?: () => readonly string[];
  /** Replaces the embedded database. */
  readonly databaseUrl?: string;
  /** Port of the embedded database; absent lets the system choose. */
  readonly postgresPort?: number;
  /** Further variables for signaling and archiver, such as limits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets a recorder stand between the origin and signaling: gets the real port, answers the one to connect to. */
  readonly wrapSignaling?: (port: number) => Promise<number>;
  /** Replaces the front: the development server. */
  readonly startFront?: (options: FrontOptions) => Promise<Front>;
  /** Services start again when their sources change. */
  readonly isWatching?: boolean;
  readonly say: (line: string) => void;
}

export interface Stack {
  readonly origin: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** https on the network, where there is one. */
  network(): NetworkView | undefined;
  /** `host:port` of each service, past the origin. */
  targets(): { readonly signaling: string; readonly archiver: string };
  pid(service: StackService): number | undefined;
  /** Path and fragment appended to the origin, while nobody has set the instance up; else undefined. */
  setupLink(): Promise<string | undefined>;
  /** Resolves once the archiver is enrolled and ready, which needs a workspace. */
  archiverReady(): Promise<void>;
  /** SIGKILL without restart; children of the service included. */
  kill(service: StackService): Promise<void>;
  /** Starts a killed service again and waits until it is ready. */
  restart(service: StackService): Promise<void>;
  /** Runs a command line of a service with its environment and returns what it printed. */
  run(script: string, args: readonly string[]): Promise<string>;
  /** Archiver, signaling, database, in this order, each given time to flush. Idempotent. */
  close(): Promise<void>;
}

/** How long a new address of this machine may go unnoticed. */
const ADDRESS_POLL_MS = 10_000;

/** Resolves when people can open the origin. Rejects, leaving nothing behind, when a part does not start. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, say } = options;
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const children = createChildren();
  const closers: (() => Promise<void> | void)[] = [() => children.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    return await assemble();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function assemble(): Promise<Stack> {
    const ports = { signaling: await freePort(), archiver: await freePort() };
    let signalingPort = ports.signaling;
    const openFront = (port: number): Promise<Front> =>
      (options.startFront ?? startFront)({
        clientDir: options.clientDir,
        port,
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl, isBehindProxy: true }),
        network: () => network?.view,
        targetOf,
      });
    const targetOf: FrontOptions['targetOf'] = (service) =>
      `http://127.0.0.1:${service === 'signaling' ? signalingPort : ports.archiver}`;
    let network: NetworkFront | undefined;
    let front = await openFront(options.port);
    closers.push(() => front.close());
    const openNetwork = async (port: number | undefined): Promise<NetworkFront | undefined> =>
      port === undefined || !isNetworkWanted(options)
        ? undefined
        : await tryNetworkFront({
            ...{
              clientDir: options.clientDir,
              tlsDir: join(dataDir, 'tls'),
              hostName: hostname(),
              port,
              targetOf,
              say,
            },
            ...(options.host === undefined ? {} : { host: options.host }),
            readAddresses: options.readAddresses ?? (() => lanAddresses(networkInterfaces())),
            pollMs: ADDRESS_POLL_MS,
            clock: systemClock,
            onOrigins: (origins) => writeOrigins(dataDir, origins),
          });
    network = await openNetwork(options.tlsPort);
    closers.push(() => network?.close());
    signalingPort = (await options.wrapSignaling?.(ports.signaling)) ?? ports.signaling;

    let postgres: EmbeddedPostgres | undefined;
    let isPostgresWanted = options.databaseUrl === undefined;
    const startPostgres = async (port?: number): Promise<void> => {
      const started = await startEmbeddedPostgres({ dataDir, children, say, ...(port === undefined ? {} : { port }) });
      postgres = started;
      void started.exited.then(async () => {
        if (!isPostgresWanted || postgres !== started) return;
        say('The database server ended; starting it again.');
        await startPostgres(started.port).catch((error: unknown) =>
          say(`The database did not start again: ${String(error)}`),
        );
      });
    };
    if (isPostgresWanted) await startPostgres(options.postgresPort);
    closers.push(async () => {
      isPostgresWanted = false;
      await postgres?.stop();
    });
    const databaseUrl = options.databaseUrl ?? postgres?.url;
    if (databaseUrl === undefined) throw new TypeError('either an address is given or a database was started');

    const env = { ...inheritedEnv(), ...serviceEnv(options, front, network, databaseUrl, ports) };
    const watch = options.isWatching === true ? ['--watch', '--watch-preserve-output'] : [];
    const services: Record<Exclude<StackService, 'postgres' | 'front'>, SupervisedService> = {
      signaling: createSupervisedService({
        name: 'signaling',
        args: [...watch, join(repository, 'signaling/src/main.ts')],
        env,
        readyUrl: `http://127.0.0.1:${ports.signaling}/api/health/ready`,
        readyTimeoutMs: 30_000,
        dataDir,
        children,
        say,
      }),
      archiver: createSupervisedService({
        name: 'archiver',
        args: [...watch, join(repository, 'archiver/src/main.ts')],
        env: { ...env, ALLOWED_ORIGINS: [env['ALLOWED_ORIGINS'], ...(network?.view.origins ?? [])].join(',') },
        readyUrl: `http://127.0.0.1:${ports.archiver}/archive/health/ready`,
        readyTimeoutMs: 30_000,
        dataDir,
        children,
        say,
      }),
    };
    closers.push(() => services.signaling.stop());
    await services.signaling.start();

    const run = (script: string, args: readonly string[]): Promise<string> =>
      runScript(join(repository, script), args, env);
    let isClosing = false;
    closers.push(() => services.archiver.stop());
    closers.push(() => void (isClosing = true));
    const archiverReady = enrolAndStart();
    archiverReady.catch((error: unknown) => {
      if (!isClosing) say(`The archiver did not start: ${error instanceof Error ? error.message : String(error)}`);
    });

    /** An enrolment belongs to a workspace, so on a first run it waits for the set-up. */
    async function enrolAndStart(): Promise<void> {
      if (!existsSync(join(dataDir, 'archiver', 'enrolled'))) {
        await untilSetUp(() => isClosing, ports.signaling);
        if (isClosing) return;
        const answer = await run('signaling/src/admin.ts', ['enrolment-code', '--json']);
        const { code } = JSON.parse(answer) as { code?: string }; // our own command's output
        if (code === undefined) throw new Error('there is no workspace to enrol the archiver with');
        await run('archiver/src/cli.ts', ['enroll', '--url', `http://127.0.0.1:${ports.signaling}`, '--code', code]);
        writeFileSync(join(dataDir, 'archiver', 'enrolled'), '');
      }
      if (!isClosing) await services.archiver.start();
    }

    // What `npm run admin` needs to reach the same database and to print the right address.
    const stackFile = join(dataDir, 'run', 'stack.json');
    const self = { pid: process.pid, startTime: processStartTime(process.pid) };
    writeFileSync(stackFile, JSON.stringify({ ...self, origin: front.origin, databaseUrl }), { mode: 0o600 });
    closers.push(() => rmSync(stackFile, { force: true }));

    let closing: Promise<void> | undefined;
    return {
      origin: front.origin,
      port: front.port,
      databaseUrl,
      network: () => network?.view,
      targets: () => ({ signaling: `127.0.0.1:${signalingPort}`, archiver: `127.0.0.1:${ports.archiver}` }),
      pid(service) {
        if (service === 'front') return process.pid;
        return service === 'postgres' ? postgres?.pid : services[service].pid;
      },
      async setupLink() {
        const answer = await run('signaling/src/admin.ts', ['new-setup-link', '--if-needed', '--json']);
        return (JSON.parse(answer) as { url?: string }).url; // our own command's output
      },
      archiverReady: () => archiverReady,
      async kill(service) {
        if (service === 'front') return void (await Promise.all([front.close(), network?.close()]));
        if (service !== 'postgres') return await services[service].kill();
        isPostgresWanted = false;
        if (postgres === undefined) return;
        process.kill(postgres.pid, 'SIGKILL');
        await postgres.exited;
      },
      async restart(service) {
        if (service === 'front') {
          front = await openFront(front.port);
          network = await openNetwork(network?.port);
          return;
        }
        if (service !== 'postgres') return await services[service].start();
        isPostgresWanted = true;
        await startPostgres(postgres?.port);
      },
      run,
      close: () => (closing ??= closeAll()),
    };
  }
}

/** The development server is on localhost alone. */
const isNetworkWanted = (options: StackOptions): boolean =>
  options.publicUrl === undefined && options.startFront === undefined && isOnNetwork(options.host);

function serviceEnv(
  options: StackOptions,
  front: Front,
  network: NetworkFront | undefined,
  databaseUrl: string,
  ports: { signaling: number; archiver: number },
): Record<string, string> {
  const trusted = ['127.0.0.1', '::1', process.env['TRUSTED_PROXIES'] ?? ''].filter(Boolean).join(',');
  const loopback = network === undefined ? [] : LOOPBACK_NAMES.map((name) => httpsOrigin(name, network.port));
  const origins = [process.env['ALLOWED_ORIGINS'] ?? '', `http://127.0.0.1:${front.port}`, ...loopback];
  return {
    DATABASE_URL: databaseUrl,
    DATA_DIR: options.dataDir,
    HOST: '127.0.0.1',
    ...stunHost(options),
    PUBLIC_URL: front.origin,
    ALLOWED_ORIGINS: origins.filter(Boolean).join(','),
    ...(network === undefined ? {} : { NETWORK_ORIGINS: `@${originsFile(options.dataDir)}` }),
    TRUSTED_PROXIES: trusted,
    SIGNALING_PORT: String(ports.signaling),
    ARCHIVE_PORT: String(ports.archiver),
    SIGNALING_URL: `http://localhost:${front.port}`,
    ...options.env,
  };
}

/** STUN is where the origin is, unless something else stands in front of that, or the person says where. */
function stunHost({ host, publicUrl }: StackOptions): Record<string, string> {
  const address = host === 'localhost' ? '127.0.0.1' : (host ?? '');
  const isLeftOpen = publicUrl !== undefined || process.env['STUN_HOST'] !== undefined || isIP(address) === 0;
  return isLeftOpen || address === '0.0.0.0' || address === '::' ? {} : { STUN_HOST: address };
}

/** The services see what the person exported, except what this process decides. */
function inheritedEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

async function untilSetUp(isClosing: () => boolean, port: number): Promise<void> {
  while (!isClosing()) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/config`, { signal: AbortSignal.timeout(2000) });
      const { isSetUp } = (await response.json()) as { isSetUp?: boolean }; // only one field is looked at
      if (isSetUp === true) return;
    } catch {
      // signaling is being restarted: asked again below
    }
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function runScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${script} ${args[0] ?? ''} failed (${code}): ${errors.trim() || output.trim()}`);
  return output;
}
