/**
 * Tells `element` in `--keyboard` how much of the layout viewport the on-screen keyboard covers. Where the viewport
 * shrinks with the keyboard (`interactive-widget=resizes-content`) that is 0; iOS keeps the viewport and needs it.
 */
export function followKeyboard(element: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => undefined;
  const update = () => {
    const covered = Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop);
    // a pinch zoom shrinks the visual viewport too, but covers nothing
    element.style.setProperty('--keyboard', viewport.scale > 1.01 ? '0px' : `${Math.round(covered)}px`);
  };
  viewport.addEventListener('resize', update);
  viewport.addEventListener('scroll', update);
  update();
  return () => {
    viewport.removeEventListener('resize', update);
    viewport.removeEventListener('scroll', update);
  };
}
