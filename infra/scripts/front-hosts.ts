/** What a `Host` header names. */

/** Without the port, in lower case; IPv6 addresses without brackets. */
export const hostNameOf = (host: string): string =>
  host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();

/** Browsers treat these as secure contexts over plain http; anywhere else that has no crypto, no service worker, no locks. */
export function isLoopbackHost(host: string): boolean {
  const name = hostNameOf(host);
  return name === 'localhost' || name.endsWith('.localhost') || name === '127.0.0.1' || name === '::1';
}

/** `https://name:port` as browsers write it. */
export const httpsOrigin = (name: string, port: number): string =>
  new URL(`https://${name.includes(':') ? `[${name}]` : name}:${port}`).origin;
