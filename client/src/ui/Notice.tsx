import { Dynamic } from 'solid-js/web';
import type { JSX } from 'solid-js';
import CircleAlert from 'lucide-solid/icons/circle-alert';
import Info from 'lucide-solid/icons/info';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';

export type NoticeTone = 'info' | 'warn' | 'error';

const ICONS = { info: Info, warn: TriangleAlert, error: CircleAlert } as const;

/** A message in the flow of a page. Errors are announced at once. */
export function Notice(props: { tone: NoticeTone; children: JSX.Element }): JSX.Element {
  return (
    <div class={`notice notice-${props.tone}`} role={props.tone === 'error' ? 'alert' : undefined}>
      <Dynamic component={ICONS[props.tone]} class="icon" aria-hidden="true" />
      <div class="notice-text">{props.children}</div>
    </div>
  );
}
