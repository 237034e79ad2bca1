/** F6 moves between the regions of a page (`data-region`), Shift+F6 back; inside each the first thing that takes focus gets it. */
const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), [contenteditable="true"], [tabindex="0"]';

export function cycleRegions(event: KeyboardEvent): void {
  if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey) return;
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(isShown);
  const innermost = regions.findLastIndex((region) => region.contains(document.activeElement));
  const step = event.shiftKey ? -1 : 1;
  for (let tried = 1; tried <= regions.length; tried += 1) {
    const region = regions[(innermost + step * tried + regions.length * 2) % regions.length];
    const target = region === undefined ? undefined : firstFocusable(region, regions);
    if (target === undefined) continue;
    event.preventDefault();
    target.focus();
    return;
  }
}

const isShown = (element: HTMLElement): boolean => element.checkVisibility();

function firstFocusable(region: HTMLElement, regions: readonly HTMLElement[]): HTMLElement | undefined {
  const inner = regions.filter((other) => other !== region && region.contains(other));
  return [...region.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
    (element) => isShown(element) && element.tabIndex >= 0 && !inner.some((other) => other.contains(element)),
  );
}
