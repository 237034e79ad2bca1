import type { Accessor, JSX } from 'solid-js';
import { createRemembered } from '../home/device-memory.ts';
import { t } from '../i18n/messages.ts';

const MIN = 200;
const MAX = 400;
const USUAL = 264;
const STEP = 16;

export interface SidebarWidth {
  readonly value: Accessor<number>;
  set(width: number): void;
}

/** Remembered by this browser. */
export function createSidebarWidth(): SidebarWidth {
  const parse = (stored: string): number | undefined => {
    const width = Number(stored);
    return width >= MIN && width <= MAX ? width : undefined;
  };
  const [value, remember] = createRemembered('vicinal.sidebar', parse, USUAL);
  return { value, set: (width) => remember(Math.round(Math.min(MAX, Math.max(MIN, width)))) };
}

/** The edge of the sidebar: drag it, use arrow keys, Home and End, or press twice for the usual width. */
export function SidebarSplitter(props: { width: SidebarWidth; controls: string }): JSX.Element {
  const towardsMain = (element: HTMLElement): 1 | -1 => (getComputedStyle(element).direction === 'rtl' ? -1 : 1);
  const onPointerDown = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    const origin = { x: event.clientX, width: props.width.value() };
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => props.width.set(origin.width + (move.clientX - origin.x) * towardsMain(handle));
    handle.onlostpointercapture = () => {
      handle.onpointermove = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const grow = towardsMain(event.currentTarget) === 1 ? 'ArrowRight' : 'ArrowLeft';
    const shrink = grow === 'ArrowRight' ? 'ArrowLeft' : 'ArrowRight';
    const target: Readonly<Record<string, number>> = {
      [grow]: props.width.value() + STEP,
      [shrink]: props.width.value() - STEP,
      Home: MIN,
      End: MAX,
    };
    const width = target[event.key];
    if (width === undefined) return;
    event.preventDefault();
    props.width.set(width);
  };
  return (
    <div
      class="sidebar-splitter"
      role="separator"
      tabindex="0"
      aria-label={t('sidebar.resize')}
      aria-orientation="vertical"
      aria-controls={props.controls}
      aria-valuenow={props.width.value()}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDblClick={() => props.width.set(USUAL)}
    />
  );
}
