/** Tools of Debian that tests need: found, or installed once where that is possible. */
import { spawnSync } from 'node:child_process';

const isThere = (command: string): boolean => spawnSync('which', [command], { stdio: 'ignore' }).status === 0;

/** Why `command` is not there, or undefined when it is. Tries apt, as root. */
export function ensurePackage(command: string, name: string): string | undefined {
  if (isThere(command)) return undefined;
  if (process.getuid?.() !== 0) return `${name} is not installed and only root can install it`;
  console.log(`Installing ${name} with apt …`);
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const isInstalled = apt('update') && apt('install', '-y', '--no-install-recommends', name);
  return isInstalled && isThere(command) ? undefined : `apt could not install ${name}`;
}
