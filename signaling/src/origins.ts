/** Whose pages may use this instance. */
import { readFileSync } from 'node:fs';

/** An http or https origin without anything behind it, as browsers write it, or undefined. */
export function parseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username;
  return isOrigin ? url.origin : undefined;
}

/** Fixed origins, and those of the networks that this machine is in, which change while the server runs. */
export class Origins {
  private readonly fixed: ReadonlySet<string>;
  private readonly listed: readonly string[];
  private readonly file: string | undefined;

  /** `file` has one origin a line, best first, and is read whenever it matters: it is small, and may be replaced. */
  constructor(fixed: Iterable<string>, listed: readonly string[], file: string | undefined) {
    this.fixed = new Set(fixed);
    this.listed = listed;
    this.file = file;
  }

  /** https origins of this machine on its networks, best first. */
  network(): readonly string[] {
    if (this.file === undefined) return this.listed;
    try {
      return readFileSync(this.file, 'utf8')
        .split('\n')
        .flatMap((line) => parseOrigin(line.trim()) ?? [])
        .filter((origin) => origin.startsWith('https:'));
    } catch {
      return []; // not there (any more): then there is no network to be reached from
    }
  }

  has(origin: string): boolean {
    return this.fixed.has(origin) || this.network().includes(origin);
  }
}
