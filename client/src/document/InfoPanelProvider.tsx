import type { JSX } from 'solid-js';
import { createTextToolsHost, TextToolsContext } from '../editor/tools/text-tools.ts';
import { createRightPanel, RightPanelContext } from './right-panel.ts';

/** Brings the tools of the text and what shows them together: find bar, Info panel and its button. */
export function InfoPanelProvider(props: { children: JSX.Element }): JSX.Element {
  return (
    <TextToolsContext.Provider value={createTextToolsHost()}>
      <RightPanelContext.Provider value={createRightPanel()}>{props.children}</RightPanelContext.Provider>
    </TextToolsContext.Provider>
  );
}
