/** Builds the client when its sources changed since the last build, with compressed copies beside the files. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const repository = resolve(import.meta.dirname, '../..');
const distDir = join(repository, 'client/dist');
const HASH_FILE = '.source-hash';
const SOURCES = [
  'client/src',
  'client/public',
  'client/index.html',
  'client/vite.config.ts',
  'client/vite.variant.config.ts',
  'client/vite.gallery.config.ts',
  'client/build-plugins',
  'client/package.json',
  'shared/src',
  'package-lock.json',
];
const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json', '.webmanifest']);

export interface ClientBuild {
  readonly directory: string;
  readonly isNew: boolean;
}

/** The build that is served. Rejects with the build's output when it fails. */
export const buildClient = (say: (line: string) => void): Promise<ClientBuild> =>
  buildClientInto({ directory: distDir, configFile: 'vite.config.ts', env: {}, say });

export interface ClientBuildOptions {
  readonly directory: string;
  /** Inside the client's folder. */
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

/** Rejects with the build's output when it fails. */
export async function buildClientInto(options: ClientBuildOptions): Promise<ClientBuild> {
  const { directory } = options;
  const hash = hashSources();
  const hashFile = join(directory, HASH_FILE);
  if (existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash) return { directory, isNew: false };
  options.say('Building the client (once, until its sources change) …');
  // Built aside and swapped in, so that a build that fails or is interrupted leaves the last one.
  const aside = join(repository, 'node_modules/.cache', `${basename(directory)}-${process.pid}`);
  mkdirSync(join(aside, '..'), { recursive: true });
  try {
    await runVite(aside, options);
    await compressAll(aside);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw error;
  }
  writeFileSync(join(aside, HASH_FILE), hash);
  const old = `${aside}-old`;
  if (existsSync(directory)) renameSync(directory, old);
  renameSync(aside, directory);
  rmSync(old, { recursive: true, force: true });
  return { directory, isNew: true };
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesIn(join(repository, source))) {
      if (/\.test\.tsx?$/.test(file)) continue;
      hash.update(relative(repository, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function runVite(outDir: string, { configFile, env }: ClientBuildOptions): Promise<void> {
  const require = createRequire(join(repository, 'client/package.json'));
  const vite = join(require.resolve('vite/package.json'), '../bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--config', configFile, '--outDir', outDir, '--emptyOutDir'], {
    cwd: join(repository, 'client'),
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  if (code !== 0) throw new Error(`The client did not build:\n${output}`);
}

async function compressAll(directory: string): Promise<void> {
  for (const file of filesIn(directory)) {
    const content = readFileSync(file);
    if (!COMPRESSED.has(extname(file)) || content.length < 1024) continue;
    const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    writeFileSync(`${file}.br`, await promisify(brotliCompress)(content, brotli));
    writeFileSync(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
  }
}

if (import.meta.main) {
  try {
    await buildClient((line) => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
