/**
 * Builds and runs what a Dockerfile says, without Docker: every instruction as it is written, in a file system of its own
 * (an overlay over this machine's, which stands for the base image). Needs root, and overlays inside mount namespaces.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, matchesGlob, resolve } from 'node:path';
import { Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';
import { ensurePackage } from './apt.ts';

const repository = resolve(import.meta.dirname, '../..');

/** Users that the base images have. */
const USERS: Readonly<Record<string, number>> = { root: 0, node: 1000, nginx: 101 };

export interface Image {
  /** What the instructions added to the base image, as it lies in the image's root. */
  readonly files: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly ports: readonly number[];
  readonly volumes: readonly string[];
  readonly command: readonly string[];
}

/** Of 4 KiB: what three images and a build take, twice over. */
const MIN_BLOCKS = 1_000_000;

/** A new folder for images: tens of thousands of small files, so in memory where there is enough. */
export function makeImageFolder(): string {
  const hasMemory = existsSync('/dev/shm') && statfsSync('/dev/shm').bavail > MIN_BLOCKS;
  return mkdtempSync(join(hasMemory ? '/dev/shm' : tmpdir(), 'vicinal-images-'));
}

/** Why images cannot be built here, or undefined. Installs `ip` once. */
export function whyNoImages(): string | undefined {
  if (process.platform !== 'linux') return 'images cannot be made here: mount namespaces are a part of Linux';
  if (process.getuid?.() !== 0) return 'images cannot be made here: only root can mount an overlay';
  const missing = ensurePackage('ip', 'iproute2');
  if (missing !== undefined) return missing;
  const directory = makeImageFolder();
  try {
    const { status, stderr } = spawnSync(
      'unshare',
      ['--mount', '--net', 'sh', '-c', `${mounts(directory)} ip link set lo up`],
      { encoding: 'utf8' },
    );
    return status === 0 ? undefined : `images cannot be made here: ${stderr.trim()}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export interface Context {
  /** Files of the repository that .dockerignore lets through, as paths from its root. */
  readonly files: readonly string[];
}

/** What `docker build` would be sent. */
export function readContext(): Context {
  const patterns = readFileSync(join(repository, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (patterns.some((pattern) => pattern.startsWith('!'))) throw new TypeError('exceptions are not understood here');
  const isIgnored = (path: string): boolean => patterns.some((pattern) => matchesGlob(path, pattern));
  const walk = (folder: string): string[] =>
    readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (isIgnored(path)) return [];
      return entry.isDirectory() ? walk(path) : [path];
    });
  return { files: walk('.') };
}

/** Runs every instruction. Rejects with the output of a step that fails. */
export async function buildImage(dockerfile: string, context: Context, into: string): Promise<Image> {
  const stages = new Map<string, Image>();
  let image: Image | undefined;
  for (const instruction of DockerfileParser.parse(
    readFileSync(join(repository, dockerfile), 'utf8'),
  ).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const [from = '', , name = String(stages.size)] = argumentsOf(instruction);
      image = baseImage(from, join(into, name));
      stages.set(name, image);
      continue;
    }
    if (image === undefined) throw new TypeError('the first instruction is FROM');
    image = await apply(instruction, image, context, stages);
    stages.set([...stages.keys()].at(-1) ?? '', image);
  }
  if (image === undefined) throw new TypeError('there is a stage');
  return image;
}

function baseImage(from: string, directory: string): Image {
  const files = join(directory, 'up');
  mkdirSync(join(files, 'etc'), { recursive: true });
  const lines = Object.entries(USERS).map(
    ([name, id]) => `${name}:x:${id}:${id}::/${name === 'root' ? 'root' : 'tmp'}:/bin/sh`,
  );
  writeFileSync(join(files, 'etc/passwd'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(files, 'etc/group'),
    Object.entries(USERS)
      .map(([name, id]) => `${name}:x:${id}:\n`)
      .join(''),
  );
  const version = /^node:(\d+\.\d+\.\d+)-/.exec(from)?.[1];
  if (version !== undefined) {
    if (`v${version}` !== process.version) throw new Error(`${from} is another Node than this one, ${process.version}`);
    mkdirSync(join(files, 'usr/local/bin'), { recursive: true });
    cpSync(process.execPath, join(files, 'usr/local/bin/node'), { dereference: true });
  }
  return { files, env: {}, workdir: '/', user: 'root', ports: [], volumes: [], command: [] };
}

const argumentsOf = (instruction: Instruction): string[] => instruction.getArguments().map((each) => each.getValue());

async function apply(
  instruction: Instruction,
  image: Image,
  context: Context,
  stages: ReadonlyMap<string, Image>,
): Promise<Image> {
  const words = argumentsOf(instruction);
  const rest = instruction.getArgumentsContent() ?? '';
  switch (instruction.getKeyword()) {
    case 'ENV':
      return { ...image, env: { ...image.env, ...Object.fromEntries(words.map((word) => splitOnce(word, '='))) } };
    case 'WORKDIR':
      mkdirSync(join(image.files, rest), { recursive: true });
      return { ...image, workdir: rest };
    case 'USER':
      if (USERS[rest] === undefined) throw new Error(`the base image has no user ${rest}`);
      return { ...image, user: rest };
    case 'EXPOSE':
      return { ...image, ports: [...image.ports, ...words.map(Number)] };
    case 'VOLUME':
      return { ...image, volumes: [...image.volumes, ...words] };
    case 'CMD':
      return { ...image, command: JSON.parse(rest) as string[] }; // the exec form; anything else throws
    case 'COPY': {
      const from = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined;
      copy(image, words, from === undefined || from === null ? context : stages.get(from));
      return image;
    }
    case 'RUN': {
      const child = runIn(image, ['sh', '-c', rest], { isBuild: true });
      const { code, output } = await ended(child);
      if (code !== 0) throw new Error(`RUN ${rest} ended with ${code}:\n${output}`);
      return image;
    }
    default:
      throw new Error(`${instruction.getKeyword()} is not understood here`);
  }
}

function copy(image: Image, words: readonly string[], from: Context | Image | undefined): void {
  if (from === undefined) throw new Error('there is no stage of that name');
  const sources = words.slice(0, -1);
  const target = words.at(-1) ?? '';
  const place = resolve(image.workdir, target);
  const isFolder = target.endsWith('/') || sources.length > 1;
  for (const source of sources) {
    if ('workdir' in from) {
      cpSync(join(from.files, source), join(image.files, place), { recursive: true });
      continue;
    }
    const wanted = from.files.filter((file) => file === source || file.startsWith(`${source}/`));
    if (wanted.length === 0) throw new Error(`COPY ${source}: .dockerignore lets nothing of it through`);
    for (const file of wanted) {
      const to =
        file === source ? (isFolder ? join(place, basename(file)) : place) : join(place, file.slice(source.length));
      mkdirSync(dirname(join(image.files, to)), { recursive: true });
      cpSync(join(repository, file), join(image.files, to));
    }
  }
}

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
};

/** Shell that makes `directory/root` of this machine's files and of those in `directory/up`. */
const mounts = (directory: string): string =>
  `set -e; cd '${directory}'; mkdir -p up work root; ` +
  'mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root; ' +
  'mount --rbind /dev root/dev; mount -t proc proc root/proc; ';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** As root, with the network and the npm cache of this machine; everything can be written. */
  readonly isBuild?: boolean;
  /** Nothing but a loopback of its own. */
  readonly hasNoNetwork?: boolean;
  /** File that takes what is printed, in place of pipes: a program may open /dev/stdout, which a socket does not allow. */
  readonly log?: string;
}

/** The image's command, or another one. While running only /tmp and the volumes can be written. */
export function runIn(image: Image, command: readonly string[], options: RunOptions = {}): ChildProcess {
  const { isBuild = false, hasNoNetwork = false } = options;
  const cache = join(process.env['HOME'] ?? '/root', '.npm');
  const steps = [mounts(dirname(image.files))];
  if (isBuild) {
    if (existsSync(cache)) steps.push(`mount --bind '${cache}' 'root${cache}'; `);
  } else {
    steps.push('mount -t tmpfs -o mode=1777 tmpfs root/tmp; ');
    for (const volume of image.volumes) {
      // what the image has in the folder, its owner above all, is what a new volume begins with
      steps.push(`cp -a up${volume} volume; mount --bind volume root${volume}; `);
    }
    steps.push('mount -o remount,ro root; ');
  }
  if (hasNoNetwork) steps.push('ip link set lo up; ');
  const id = USERS[image.user] ?? 0;
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: isBuild ? (process.env['HOME'] ?? '/root') : '/tmp',
    ...(isBuild ? { npm_config_prefer_offline: 'true', npm_config_cache: cache } : {}),
    ...image.env,
    ...options.env,
  };
  steps.push(`exec chroot --userspec=${id}:${id} root /usr/bin/env -i -C '${image.workdir}' "$@"`);
  const log = options.log === undefined ? undefined : openSync(options.log, 'w');
  if (options.log !== undefined) chmodSync(options.log, 0o666); // opened again by the user of the image
  const child = spawn(
    'unshare',
    [
      '--mount',
      ...(hasNoNetwork ? ['--net'] : []),
      ...['sh', '-c', steps.join(''), 'sh'],
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...command,
    ],
    { stdio: ['ignore', log ?? 'pipe', log ?? 'pipe'] },
  );
  if (log !== undefined) closeSync(log);
  return child;
}

/** What a server that runs in a network of its own answers to GET; undefined while nothing listens. */
export async function askInside(child: ChildProcess, url: string): Promise<InsideAnswer | undefined> {
  const script = `const answer = await fetch(${JSON.stringify(url)}).catch(() => process.exit(1));
    console.log(JSON.stringify({ status: answer.status, body: await answer.text() }));`;
  const inside = spawn('nsenter', [
    '-t',
    String(child.pid),
    '-n',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
  ]);
  const { code, output } = await ended(inside);
  return code === 0 ? (JSON.parse(output) as InsideAnswer) : undefined; // printed by the script above
}

export interface InsideAnswer {
  readonly status: number;
  readonly body: string;
}

/** Everything that was printed, and how it ended. */
export async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, output };
}
