import { createSignal, onCleanup, type Accessor } from 'solid-js';

/** A reactive reading of something that announces changes through listeners; unsubscribes with its owner. */
export function fromEvents<T>(subscribe: (listener: () => void) => () => void, read: () => T): Accessor<T> {
  const [value, setValue] = createSignal<T>(read(), { equals: false });
  const unsubscribe = subscribe(() => setValue(() => read()));
  onCleanup(unsubscribe);
  return value;
}

/** Whether a media query matches now. */
export function createMedia(query: string): Accessor<boolean> {
  const list = matchMedia(query);
  return fromEvents(
    (listener) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => list.matches,
  );
}

/** Wall time that moves on every `intervalMs`, for relative times on screen. */
export function createNow(intervalMs = 30_000): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), intervalMs);
  onCleanup(() => clearInterval(timer));
  return now;
}
