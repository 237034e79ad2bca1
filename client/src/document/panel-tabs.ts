/** The tabs of the right panel. The assistant's comes once its chunk is here and an archiver offers it. */
import { createMemo, createSignal, getOwner, onCleanup, runWithOwner, type Accessor } from 'solid-js';
import { fromEvents } from '../context/from-events.ts';
import { createRemembered } from '../home/device-memory.ts';
import type { RoomSession } from '../room/types.ts';
import type { Assistant, AssistantView } from '../assist/assistant.ts';

export type PanelTab = 'info' | 'assist';
type AssistChunk = typeof import('../assist/assist.ts');

export interface OpenAssist {
  readonly chunk: AssistChunk;
  readonly assistant: Assistant;
  readonly view: Accessor<AssistantView>;
}

export interface PanelTabs {
  /** One alone needs no row of tabs. */
  readonly tabs: Accessor<readonly PanelTab[]>;
  readonly current: Accessor<PanelTab>;
  choose(tab: PanelTab): void;
  /** Undefined until its chunk is here. */
  readonly assist: Accessor<OpenAssist | undefined>;
}

const parseTab = (stored: string): PanelTab | undefined =>
  stored === 'info' || stored === 'assist' ? stored : undefined;

export function createPanelTabs(session: RoomSession | undefined): PanelTabs {
  const [chosen, choose] = createRemembered<PanelTab>('vicinal.panel.tab', parseTab, 'info');
  const [assist, setAssist] = createSignal<OpenAssist>();
  const owner = getOwner();
  let isGone = false;
  onCleanup(() => {
    isGone = true;
    assist()?.assistant.close();
  });
  if (session !== undefined)
    import('../assist/assist.ts').then(
      (chunk) => {
        if (isGone) return;
        const assistant = chunk.createAssistant(session);
        const view = runWithOwner(owner, () =>
          fromEvents(
            (listener) => assistant.on('change', listener),
            () => assistant.view,
          ),
        );
        if (view) setAssist({ chunk, assistant, view });
      },
      () => undefined, // without it there is no tab; the next opening tries again
    );
  const tabs = createMemo<readonly PanelTab[]>(
    (before) => {
      const view = assist()?.view();
      const isShown = view?.isOffered === true && !view.isOffHere && !view.isOffForSelf;
      return isShown === before.length > 1 ? before : isShown ? ['info', 'assist'] : ['info'];
    },
    ['info'],
  );
  const current = createMemo<PanelTab>(() => (tabs().includes(chosen()) ? chosen() : 'info'));
  return { tabs, current, choose, assist };
}
