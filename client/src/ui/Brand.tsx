import type { JSX } from 'solid-js';

/** The product's mark: two neighbours sharing ground. */
export function BrandMark(): JSX.Element {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect class="brand-tile" width="32" height="32" rx="7" />
      <circle class="brand-first" cx="12.75" cy="16" r="6.5" />
      <circle class="brand-second" cx="19.25" cy="16" r="6.5" />
    </svg>
  );
}

export function Brand(props: { name: string }): JSX.Element {
  return (
    <span class="brand">
      <BrandMark />
      <span class="brand-name">{props.name}</span>
    </span>
  );
}
