import { isLoopbackUrl } from './link-terms.ts';

/** What a link means to other devices: of a page on localhost the same on the network's origin, else undefined. */
export function networkUrl(url: string, networkOrigins: readonly string[]): string | undefined {
  const [origin] = networkOrigins;
  if (origin === undefined || !URL.canParse(origin) || !isLoopbackUrl(url)) return undefined;
  const { pathname, search, hash } = new URL(url);
  return `${new URL(origin).origin}${pathname}${search}${hash}`;
}

/** The page on plain http that says how a device comes to trust the network's origin. */
export function trustUrl(url: string, network: string): string {
  const { port } = new URL(url);
  return `http://${new URL(network).hostname}${port === '' ? '' : `:${port}`}/trust`;
}
