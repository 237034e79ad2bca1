import { children, Show, type JSX } from 'solid-js';
import { Brand } from './Brand.tsx';

export interface StageProps {
  heading: string;
  lead?: string | undefined;
  headingRef?: (heading: HTMLHeadingElement) => void;
  /** Beside the card on wide screens. */
  aside?: JSX.Element;
  children?: JSX.Element;
}

/** A page with one thing to do or to say: brand on top, a card in the middle. */
export function Stage(props: StageProps): JSX.Element {
  // Resolved once: reading a JSX prop again would build it again.
  const aside = children(() => props.aside);
  const hasAside = (): boolean => aside.toArray().length > 0 && aside() !== undefined;
  return (
    <div class="stage" classList={{ 'stage-split': hasAside() }}>
      <header class="stage-top">
        <Brand name="Vicinal" />
      </header>
      <main class="stage-main" id="main" tabindex="-1">
        <Show when={hasAside()}>
          <div class="stage-aside">
            <h1 class="stage-heading" tabindex="-1" ref={(heading) => props.headingRef?.(heading)}>
              {props.heading}
            </h1>
            <Show when={props.lead}>
              <p class="stage-lead">{props.lead}</p>
            </Show>
            {aside()}
          </div>
        </Show>
        <div class="stage-card">
          <Show when={!hasAside()}>
            <h1 class="stage-heading" tabindex="-1" ref={(heading) => props.headingRef?.(heading)}>
              {props.heading}
            </h1>
            <Show when={props.lead}>
              <p class="stage-lead">{props.lead}</p>
            </Show>
          </Show>
          {props.children}
        </div>
      </main>
    </div>
  );
}
