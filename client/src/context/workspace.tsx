/** The workspace session that the shell holds open for the screens inside it. */
import { createContext, createMemo, useContext, type Accessor, type JSX } from 'solid-js';
import type { Workspace } from '@vicinal/shared/http/api.ts';
import type { DocumentSummary, WorkspaceSession } from '../room/types.ts';

export interface WorkspaceView {
  /** The workspace on screen; undefined while signed out. */
  readonly workspace: Accessor<Workspace | undefined>;
  /** Undefined for guests, who have no index. */
  readonly session: Accessor<WorkspaceSession | undefined>;
  /** Newest edit first. */
  readonly documents: Accessor<readonly DocumentSummary[]>;
  readonly isLoading: Accessor<boolean>;
  /** Undefined where this person cannot create documents. */
  readonly createDocument: Accessor<(() => Promise<void>) | undefined>;
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
