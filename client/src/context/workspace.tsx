/** The workspace session that the shell holds open for the screens inside it. */
import { createContext, createMemo, useContext, type Accessor, type JSX } from 'solid-js';
import type { Workspace } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Incoming } from '../incoming/types.ts';
import type { DocumentSummary, FolderId, FolderSummary, WorkspaceSession } from '../room/types.ts';

export interface WorkspaceView {
  /** The workspace on screen; undefined while signed out. */
  readonly workspace: Accessor<Workspace | undefined>;
  /** Undefined for guests, who have no index. */
  readonly session: Accessor<WorkspaceSession | undefined>;
  /** Newest edit first. Of one document the same object until something about it changes. */
  readonly documents: Accessor<readonly DocumentSummary[]>;
  readonly document: (room: RoomId) => DocumentSummary | undefined;
  /** The same documents in the order of the tree. */
  readonly ordered: Accessor<readonly DocumentSummary[]>;
  readonly folders: Accessor<readonly FolderSummary[]>;
  /** Latest first. */
  readonly trash: Accessor<readonly DocumentSummary[]>;
  readonly isLoading: Accessor<boolean>;
  /** Whether this person may change the tree here and now. */
  readonly canWrite: Accessor<boolean>;
  /** The folder whose page is on screen. */
  readonly currentFolder: Accessor<FolderId | undefined>;
  /** In that folder, else in the one on screen; begins with what came in. Undefined where this person cannot create documents. */
  readonly createDocument: Accessor<((folder?: FolderId, incoming?: Incoming) => Promise<void>) | undefined>;
}

const WorkspaceContext = createContext<WorkspaceView>();

export function useWorkspace(): WorkspaceView {
  const view = useContext(WorkspaceContext);
  if (view === undefined) throw new TypeError('useWorkspace outside WorkspaceProvider');
  return view;
}

export function WorkspaceProvider(props: { view: WorkspaceView; children: JSX.Element }): JSX.Element {
  const view = createMemo(() => props.view);
  return <WorkspaceContext.Provider value={view()}>{props.children}</WorkspaceContext.Provider>;
}

/** `next`, with the object from `previous` wherever nothing changed, so that rows on screen stay as they are. */
export function keepUnchanged<T extends object>(
  previous: readonly T[],
  next: readonly T[],
  key: (item: T) => string,
): readonly T[] {
  const known = new Map(previous.map((item) => [key(item), item]));
  return next.map((item) => {
    const before = known.get(key(item));
    return before !== undefined && isSame(before, item) ? before : item;
  });
}

function isSame(a: object, b: object): boolean {
  const entries = Object.entries(a);
  const other = new Map(Object.entries(b));
  return entries.length === other.size && entries.every(([name, value]) => other.get(name) === value);
}
