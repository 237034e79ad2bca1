import { Dialog } from '../ui/dialog.ts';
import { Dynamic } from 'solid-js/web';
import { createEffect, createMemo, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import { t } from '../i18n/messages.ts';
import { useTextTools } from '../editor/tools/text-tools.ts';
import type { RoomSession } from '../room/types.ts';
import { createPanelTabs, type PanelTabs } from './panel-tabs.ts';
import { PanelContent } from './PanelContent.tsx';
import { PanelTabList, tabId } from './PanelTabList.tsx';
import { PANEL_ID, useRightPanel, type RightPanel } from './right-panel.ts';
import { createSheetDrag } from './right-panel-drag.ts';

export interface InfoPanelProps {
  session?: RoomSession;
  /** Says something politely. */
  announce?: (text: string) => void;
}

interface FormProps extends InfoPanelProps {
  panel: RightPanel;
  tabs: PanelTabs;
}

/** Counts, outline and the assistant of the document, in the form that the width allows. */
export function InfoPanel(props: InfoPanelProps): JSX.Element {
  const panel = useRightPanel();
  // the document screen makes a new panel for every session
  // eslint-disable-next-line solid/reactivity
  const tabs = createPanelTabs(props.session);
  return (
    <>
      <Switch>
        <Match when={panel.form() === 'sheet'}>
          <Sheet {...props} panel={panel} tabs={tabs} />
        </Match>
        <Match when={panel.isOpen()}>
          <Aside {...props} panel={panel} tabs={tabs} />
        </Match>
      </Switch>
      <Show when={tabs.assist()}>
        {(open) => (
          <Dynamic
            component={open().chunk.AssistNews}
            view={open().view()}
            self={props.session?.self}
            isOn={tabs.tabs().length > 1}
            isShown={panel.isOpen() && tabs.current() === 'assist'}
            announce={(text: string) => props.announce?.(text)}
            onShow={() => {
              tabs.choose('assist');
              panel.setOpen(true);
              document.getElementById(tabId('assist'))?.focus();
            }}
          />
        )}
      </Show>
    </>
  );
}

function Aside(props: FormProps): JSX.Element {
  const hasTabs = createMemo(() => props.tabs.tabs().length > 1);
  const tools = useTextTools();
  let aside!: HTMLElement; // assigned by ref before the effect runs
  const isOverlay = (): boolean => props.panel.form() === 'overlay';
  const close = (): void => {
    props.panel.setOpen(false);
    document.querySelector<HTMLElement>('.info-button')?.focus();
  };
  createEffect(() => {
    if (!isOverlay()) return;
    // what lies under the panel would have its focus hidden
    const leave = (event: Event): void => {
      const { target } = event;
      if (!(target instanceof Element) || aside.contains(target) || target.closest('.info-button')) return;
      if (target.closest('main')) props.panel.setOpen(false);
    };
    // right after opening, the focus is still on the button
    const closeFromOutside = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.key !== 'Escape' || event.defaultPrevented || !(target instanceof Element)) return;
      if (target === document.body || target.closest('.info-button')) close();
    };
    document.addEventListener('keydown', closeFromOutside);
    document.addEventListener('focusin', leave);
    document.addEventListener('pointerdown', leave);
    onCleanup(() => {
      document.removeEventListener('keydown', closeFromOutside);
      document.removeEventListener('focusin', leave);
      document.removeEventListener('pointerdown', leave);
    });
  });
  return (
    <aside
      class="right-panel"
      id={PANEL_ID}
      data-form={props.panel.form()}
      data-region
      aria-labelledby={`${PANEL_ID}-heading`}
      ref={(element) => (aside = element)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <div class="right-panel-top">
        <h2 class="right-panel-heading" classList={{ 'visually-hidden': hasTabs() }} id={`${PANEL_ID}-heading`}>
          {t(hasTabs() ? 'assist.panel' : 'info.heading')}
        </h2>
        <Show when={hasTabs()}>
          <PanelTabList tabs={props.tabs} labelledBy={`${PANEL_ID}-heading`} />
        </Show>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={t(hasTabs() ? 'assist.close' : 'info.close')}
          onClick={close}
        >
          <X class="icon" aria-hidden="true" />
        </button>
      </div>
      <PanelContent
        tabs={props.tabs}
        session={props.session}
        tools={tools?.tools()}
        announce={(text) => props.announce?.(text)}
        onGo={(index) => {
          tools?.tools()?.goTo(index, { focus: true });
          if (isOverlay()) props.panel.setOpen(false);
        }}
        onLeave={() => undefined}
        takesFocus={!isOverlay()}
      />
    </aside>
  );
}

function Sheet(props: FormProps): JSX.Element {
  const hasTabs = createMemo(() => props.tabs.tabs().length > 1);
  const tools = useTextTools();
  const close = (): void => props.panel.setOpen(false);
  return (
    <Dialog
      open={props.panel.isOpen()}
      onOpenChange={(isOpen) => props.panel.setOpen(isOpen)}
      preventScroll={false}
      modal
    >
      <Dialog.Portal>
        <Dialog.Overlay class="modal-scrim" />
        <div class="modal-place">
          <Dialog.Content
            class="modal right-sheet"
            id={PANEL_ID}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              document.querySelector<HTMLElement>('.info-button')?.focus({ preventScroll: true });
            }}
          >
            <div class="right-sheet-handle" aria-hidden="true" ref={(handle) => createSheetDrag(handle, close)} />
            <div class="modal-top">
              <Dialog.Title class={hasTabs() ? 'visually-hidden' : 'modal-heading'} id={`${PANEL_ID}-heading`}>
                {t(hasTabs() ? 'assist.panel' : 'info.heading')}
              </Dialog.Title>
              <Show when={hasTabs()}>
                <PanelTabList tabs={props.tabs} labelledBy={`${PANEL_ID}-heading`} />
              </Show>
              <Dialog.CloseButton
                class="button button-quiet button-icon"
                aria-label={t(hasTabs() ? 'assist.close' : 'info.close')}
              >
                <X class="icon" aria-hidden="true" />
              </Dialog.CloseButton>
            </div>
            <div class="modal-body">
              <Show when={props.panel.isOpen()}>
                <PanelContent
                  tabs={props.tabs}
                  session={props.session}
                  tools={tools?.tools()}
                  announce={(text) => props.announce?.(text)}
                  onGo={(index) => {
                    tools?.tools()?.goTo(index, { focus: false });
                    close();
                  }}
                  onLeave={close}
                  takesFocus={false}
                />
              </Show>
            </div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}
