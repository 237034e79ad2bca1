/**
 * Icons of rows, of which there are many: one template each, copied by the browser, where a lucide component would build
 * its parts one by one. Paths from lucide (ISC).
 */
import type { JSX } from 'solid-js';

export const DocumentIcon = (): JSX.Element => (
  <svg class="icon row-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z" />
    <path d="M14 2v5a1 1 0 0 0 1 1h5M10 9H8M16 13H8M16 17H8" />
  </svg>
);

export const StarIcon = (): JSX.Element => (
  <svg class="icon row-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M11.525 2.295a.53.53 0 0 1 .95 0l2.31 4.679a2.123 2.123 0 0 0 1.595 1.16l5.166.756a.53.53 0 0 1 .294.904l-3.736 3.638a2.123 2.123 0 0 0-.611 1.878l.882 5.14a.53.53 0 0 1-.771.56l-4.618-2.428a2.122 2.122 0 0 0-1.973 0L6.396 21.01a.53.53 0 0 1-.77-.56l.881-5.139a2.122 2.122 0 0 0-.611-1.879L2.16 9.795a.53.53 0 0 1 .294-.906l5.165-.755a2.122 2.122 0 0 0 1.597-1.16z" />
  </svg>
);

export const MoreIcon = (): JSX.Element => (
  <svg class="icon row-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.5" />
  </svg>
);
