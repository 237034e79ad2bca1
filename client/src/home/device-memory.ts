/** Small choices of this browser that are not worth a row in the database. Storage may be switched off: then they last for the page. */
import { createSignal, type Accessor } from 'solid-js';

/** A remembered choice; `parse` gets what was stored and returns undefined for what it does not know. */
export function createRemembered<T>(
  key: string,
  parse: (stored: string) => T | undefined,
  initial: T,
  write: (value: T) => string = String,
): readonly [Accessor<T>, (value: T) => void] {
  const [value, setValue] = createSignal<T>(read(key, parse) ?? initial);
  return [
    value,
    (next) => {
      setValue(() => next);
      try {
        localStorage.setItem(key, write(next));
      } catch {
        // Switched off or full: the choice lasts for this page.
      }
    },
  ];
}

function read<T>(key: string, parse: (stored: string) => T | undefined): T | undefined {
  try {
    const stored = localStorage.getItem(key);
    return stored === null ? undefined : parse(stored);
  } catch {
    return undefined; // Switched off.
  }
}

/** Ids divided by spaces. */
export const parseIds = (stored: string): ReadonlySet<string> => new Set(stored.split(' ').filter((id) => id !== ''));

export const writeIds = (ids: ReadonlySet<string>): string => [...ids].slice(-500).join(' ');
