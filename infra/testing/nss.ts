/** The certificate store of Chromium on Linux, in a home of its own: what a person does by hand on the trust page. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackage } from './apt.ts';

/** Why there is no `certutil`, or undefined when there is. Installs it once, as root. */
export const whyNoCertutil = (): string | undefined => ensurePackage('certutil', 'libnss3-tools');

/** Makes the authority (DER) trusted by browsers whose HOME is `home`. */
export function trustAuthority(home: string, certificate: Uint8Array): void {
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const file = join(home, 'authority.crt');
  writeFileSync(file, certificate);
  const certutil = (...args: readonly string[]): void =>
    void execFileSync('certutil', ['-d', `sql:${store}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'C,,', '-n', 'Vicinal', '-i', file);
}

/** A program that runs the browser in `home`, after `prefix` (such as the one of a namespace); answers its path. */
export function browserIn(home: string, browser: string, prefix: readonly string[]): string {
  const script = join(home, 'browser.sh');
  const words = [...prefix, browser].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  writeFileSync(script, `#!/bin/sh\nHOME='${home}' exec ${words} "$@"\n`, { mode: 0o700 });
  return script;
}
