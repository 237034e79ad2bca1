import { useNavigate } from '@solidjs/router';
import { createEffect, createSignal, type JSX } from 'solid-js';
import { useWorkspace } from '../context/workspace.tsx';
import { paths } from '../paths.ts';
import { PageSkeleton } from '../ui/Skeleton.tsx';
import { fitsLimits, titleOf, type Incoming } from './types.ts';

/** The part of the Launch Handler API that is used (WICG, web-app-launch). */
interface LaunchWindow extends Window {
  readonly launchQueue?: {
    setConsumer(consumer: (params: { readonly files?: readonly FileSystemFileHandle[] }) => void): void;
  };
}

/** Files that the system opened with the installed app become one new document; without any, an empty one. */
export function OpenedFile(): JSX.Element {
  const view = useWorkspace();
  const navigate = useNavigate();
  const [files, setFiles] = createSignal<readonly File[]>();
  const read = async (handles: readonly FileSystemFileHandle[]): Promise<void> => {
    const opened = await Promise.allSettled(handles.map((handle) => handle.getFile()));
    setFiles(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  };
  const { launchQueue } = window as LaunchWindow; // Chromium's, not in the DOM's types
  if (launchQueue === undefined) setFiles([]);
  else launchQueue.setConsumer(({ files: handles }) => void read(handles ?? []));
  let isMade = false;
  createEffect(() => {
    const create = view.createDocument();
    const opened = files();
    if (create === undefined || view.isLoading() || opened === undefined || isMade) return;
    isMade = true;
    const home = view.workspace()?.id;
    if (home !== undefined) history.replaceState(history.state, '', paths.workspace(home));
    const incoming: Incoming = { title: '', text: '', url: '', files: opened };
    if (fitsLimits(incoming))
      void create(undefined, opened.length === 0 ? undefined : { ...incoming, title: titleOf(incoming) });
    else navigate('/new?incoming=too-large', { replace: true });
  });
  return <PageSkeleton />;
}
