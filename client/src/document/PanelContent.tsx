import { Match, Show, Switch, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { TextTools } from '../editor/tools/text-tools.ts';
import type { RoomSession } from '../room/types.ts';
import { InfoPanelBody } from './InfoPanelBody.tsx';
import type { PanelTabs } from './panel-tabs.ts';
import { tabId, tabPanelId } from './PanelTabList.tsx';

export interface PanelContentProps {
  tabs: PanelTabs;
  session: RoomSession | undefined;
  tools: TextTools | undefined;
  /** Says something politely. */
  announce: (text: string) => void;
  /** A heading was chosen. */
  onGo: (index: number) => void;
  /** Gives way to the text, where the panel covers it. */
  onLeave: () => void;
  /** Whether what is shown in the text takes the focus. */
  takesFocus: boolean;
}

/** What the current tab of the right panel holds. */
export function PanelContent(props: PanelContentProps): JSX.Element {
  return (
    <Show when={props.tabs.tabs().length > 1} fallback={<Content {...props} />}>
      <div
        class="panel-tab-content"
        role="tabpanel"
        tabindex="0"
        id={tabPanelId(props.tabs.current())}
        aria-labelledby={tabId(props.tabs.current())}
      >
        <Content {...props} />
      </div>
    </Show>
  );
}

function Content(props: PanelContentProps): JSX.Element {
  return (
    <Switch>
      <Match when={props.tabs.current() === 'assist' && props.tabs.assist()}>
        {(open) => (
          <Dynamic
            component={open().chunk.AssistPanel}
            assistant={open().assistant}
            view={open().view()}
            self={props.session?.self}
            tools={props.tools}
            announce={(text: string) => props.announce(text)}
            onLeave={() => props.onLeave()}
            takesFocus={props.takesFocus}
          />
        )}
      </Match>
      <Match when={props.tabs.current() === 'info'}>
        <InfoPanelBody tools={props.tools} onGo={(index) => props.onGo(index)}>
          <Show when={mayChoose(props) && props.tabs.assist()}>
            {(open) => (
              <Dynamic
                component={open().chunk.AssistSwitch}
                isOff={open().view().isOffHere}
                onOff={(isOff) => open().assistant.setOffHere(isOff)}
              />
            )}
          </Show>
        </InfoPanelBody>
      </Match>
    </Switch>
  );
}

/** Whoever may edit decides for the document, where there is an assistant to decide about. */
function mayChoose({ tabs, session }: PanelContentProps): boolean {
  const view = tabs.assist()?.view();
  return view?.isOffered === true && !view.isOffForSelf && session?.canWrite('meta') === true;
}
