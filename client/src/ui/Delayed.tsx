import { createSignal, onCleanup, Show, type JSX } from 'solid-js';

/** Shows its children only when they are still wanted after `delayMs`: quick answers never flash a placeholder. */
export function Delayed(props: { delayMs?: number; children: JSX.Element }): JSX.Element {
  const [isDue, setDue] = createSignal(false);
  const timer = setTimeout(() => setDue(true), props.delayMs ?? 300);
  onCleanup(() => clearTimeout(timer));
  return <Show when={isDue()}>{props.children}</Show>;
}
