/** Which requests the service worker answers, and how. */

/** Answered by the servers alone; what they say belongs to whoever asked and is never kept. */
const SERVER_PATHS = /^\/(api|archive|signal|share|trust|metrics)(\/|$)/;

export interface RequestFacts {
  readonly method: string;
  readonly url: URL;
  readonly isNavigation: boolean;
  readonly hasAuthorization: boolean;
}

/**
 * `page` the app, whatever the address · `file` one of this build, kept · `old-file` perhaps one of the build before ·
 * `share` something another app shares · `network` left to the browser.
 */
export type Answer = 'page' | 'file' | 'old-file' | 'share' | 'network';

/** `files`: absolute paths of this build. */
export function answerTo(request: RequestFacts, origin: string, files: ReadonlySet<string>): Answer {
  const { url } = request;
  const isShare = request.method === 'POST' && url.origin === origin && url.pathname === '/share';
  if (isShare && request.isNavigation) return 'share';
  if (request.method !== 'GET' || url.origin !== origin || request.hasAuthorization) return 'network';
  if (SERVER_PATHS.test(url.pathname)) return 'network';
  if (files.has(url.pathname)) return 'file';
  if (request.isNavigation) return 'page';
  return url.pathname.startsWith('/assets/') ? 'old-file' : 'network';
}

/** Builds whose files are kept, newest first: the one that takes over and the one that ran until now. */
export function buildsAfter(kept: readonly string[], build: string): readonly string[] {
  const [running] = kept;
  if (running === build) return kept;
  return running === undefined ? [build] : [build, running];
}
