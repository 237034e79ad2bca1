import { onMount, type JSX } from 'solid-js';

/** A toolbar with one tab stop and arrows within. The text keeps its selection when a button is pressed. */
export function ToolRow(props: { label: string; children: JSX.Element }): JSX.Element {
  let row!: HTMLDivElement; // assigned by ref before onMount runs
  const items = (): HTMLElement[] => [...row.querySelectorAll<HTMLElement>('button')];
  const rove = (target: Element | undefined) => {
    for (const item of items()) item.tabIndex = item === target ? 0 : -1;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(event.target as HTMLElement); // the target of a key press is an element
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % all.length,
      ArrowLeft: (at + all.length - 1) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const next = moves[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  };
  onMount(() => rove(items()[0]));
  return (
    <div
      class="tool-row"
      role="toolbar"
      aria-label={props.label}
      ref={(element) => (row = element)}
      onKeyDown={onKeyDown}
      onFocusIn={(event) => rove(event.target)}
      onMouseDown={(event) => event.preventDefault()}
    >
      {props.children}
    </div>
  );
}
