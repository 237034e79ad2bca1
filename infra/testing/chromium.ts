/** Debian's Chromium for browser tests: found, or installed once where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** `CHROMIUM` names another executable. */
export const chromiumPath = (): string => process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Also used by the `browser` project of vitest.config.ts. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let answer: { problem: string | undefined } | undefined;

/** Why there is no Chromium, or undefined when there is one. Tries apt once, as root. */
export async function ensureChromium(): Promise<string | undefined> {
  answer ??= { problem: find() };
  return answer.problem;
}

function find(): string | undefined {
  if (existsSync(chromiumPath())) return undefined;
  if (process.getuid?.() !== 0) return 'chromium is not installed and only root can install it';
  console.log('Installing chromium with apt …');
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const isInstalled = apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium');
  return isInstalled && existsSync(chromiumPath()) ? undefined : 'apt could not install chromium';
}
