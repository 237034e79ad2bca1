/** What the home shows, as its address says: `/w/ID`, `?folder=ID`, `?view=starred|recent|trash`. */
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { paths } from '../paths.ts';
import type { FolderId } from '../room/types.ts';

export const HOME_VIEWS = ['starred', 'recent', 'trash'] as const;
export type HomeViewName = (typeof HOME_VIEWS)[number];

export type HomeView =
  | { readonly kind: 'all' }
  | { readonly kind: 'folder'; readonly folder: FolderId }
  | { readonly kind: HomeViewName };

type QueryValue = string | string[] | undefined;

export function parseHomeView(query: { readonly folder?: QueryValue; readonly view?: QueryValue }): HomeView {
  const folder = query.folder;
  // Folder ids are 22 characters of base64url; whether there is one of this id, the screen finds out.
  if (typeof folder === 'string' && /^[\w-]{22}$/.test(folder)) return { kind: 'folder', folder: folder as FolderId };
  const kind = HOME_VIEWS.find((name) => name === query.view);
  return kind === undefined ? { kind: 'all' } : { kind };
}

export function homePath(workspace: WorkspaceId, view: HomeView): string {
  const base = paths.workspace(workspace);
  if (view.kind === 'all') return base;
  return view.kind === 'folder' ? `${base}?folder=${view.folder}` : `${base}?view=${view.kind}`;
}

export const SORTS = ['edited', 'opened', 'title'] as const;
export type Sort = (typeof SORTS)[number];
