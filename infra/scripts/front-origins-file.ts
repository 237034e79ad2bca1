/** How signaling learns where this machine is reached: a file that it reads whenever it matters. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const originsFile = (dataDir: string): string => join(dataDir, 'run', 'network-origins');

/** One origin a line, best first; replaced as a whole. */
export function writeOrigins(dataDir: string, origins: readonly string[]): void {
  const aside = `${originsFile(dataDir)}.new`;
  writeFileSync(aside, origins.map((origin) => `${origin}\n`).join(''), { mode: 0o600 });
  renameSync(aside, originsFile(dataDir));
}
