import { For, type JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import type { PanelTab, PanelTabs } from './panel-tabs.ts';
import { PANEL_ID } from './right-panel.ts';
import './panel-tabs.css';

export const tabId = (tab: PanelTab): string => `${PANEL_ID}-tab-${tab}`;
export const tabPanelId = (tab: PanelTab): string => `${PANEL_ID}-of-${tab}`;

const LABELS = { info: 'info.heading', assist: 'assist.tab' } as const;

/** Arrows walk and choose, by the APG pattern of tabs. */
export function PanelTabList(props: { tabs: PanelTabs; labelledBy: string }): JSX.Element {
  const go = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const all = props.tabs.tabs();
    const at = all.indexOf(props.tabs.current());
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: at + (isRtl ? -1 : 1),
      ArrowLeft: at + (isRtl ? 1 : -1),
      Home: 0,
      End: all.length - 1,
    };
    const to = steps[event.key];
    const tab = to === undefined ? undefined : all[(to + all.length) % all.length];
    if (tab === undefined) return;
    event.preventDefault();
    props.tabs.choose(tab);
    document.getElementById(tabId(tab))?.focus();
  };
  return (
    <div class="panel-tabs" role="tablist" aria-labelledby={props.labelledBy} onKeyDown={go}>
      <For each={props.tabs.tabs()}>
        {(tab) => (
          <button
            type="button"
            class="panel-tab"
            role="tab"
            id={tabId(tab)}
            aria-selected={props.tabs.current() === tab ? 'true' : 'false'}
            aria-controls={props.tabs.current() === tab ? tabPanelId(tab) : undefined}
            tabindex={props.tabs.current() === tab ? 0 : -1}
            onClick={() => props.tabs.choose(tab)}
          >
            {t(LABELS[tab])}
          </button>
        )}
      </For>
    </div>
  );
}
