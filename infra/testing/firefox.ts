/** Debian's Firefox for journeys: found, or installed once where that is possible. */
import { ensurePackage } from './apt.ts';

const PACKAGE = 'firefox-esr';

/** `FIREFOX` names another executable. */
export const firefoxPath = (): string => process.env['FIREFOX'] ?? `/usr/bin/${PACKAGE}`;

/** Why there is no Firefox, or undefined when there is one. Tries apt once, as root. */
export const ensureFirefox = (): string | undefined =>
  process.env['FIREFOX'] === undefined ? ensurePackage(PACKAGE, PACKAGE) : undefined;
