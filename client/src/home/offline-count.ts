/** Apart from the setting, which nobody sees before asking for it. */
import { fromEvents } from '../context/from-events.ts';
import type { OfflineKeeping } from '../room/types.ts';

/** Live numbers of what is kept. */
export const useOfflineCount = (offline: OfflineKeeping): (() => { readonly kept: number; readonly wanted: number }) =>
  fromEvents(
    (listener) => offline.on('change', listener),
    () => ({ kept: Math.min(offline.kept, offline.wanted), wanted: offline.wanted }),
  );
