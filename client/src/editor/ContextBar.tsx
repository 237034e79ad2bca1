import { createSignal, Match, onCleanup, onMount, Switch, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';
import { findTable } from '@tiptap/pm/tables';
import { CodeTools } from './content/CodeTools.tsx';
import { PictureTools } from './content/PictureTools.tsx';
import { TableTools } from './content/TableTools.tsx';
import './content/content.css';

interface Subject {
  readonly kind: 'table' | 'code' | 'image';
  /** Where its block begins in the document. */
  readonly at: number;
}

const GAP = 6;

/** Tools for the table, code block or picture that the caret is in; beside it, after the text in the order of focus. */
export function ContextBar(props: { editor: Editor }): JSX.Element {
  // the bar lives and dies with its editor
  const { editor } = props;
  const [subject, setSubject] = createSignal<Subject | undefined>(undefined, { equals: isSame });
  // counts what the tools must look at again
  const [revision, setRevision] = createSignal(0);
  let bar!: HTMLDivElement; // assigned by ref before onMount runs
  let frame: number | undefined;

  const read = () => {
    frame = undefined;
    if (editor.isDestroyed) return;
    setSubject(subjectOf(editor));
    setRevision((value) => value + 1);
    const current = subject();
    if (current) place(bar, editor, current.at);
  };
  const schedule = () => {
    frame ??= requestAnimationFrame(read);
  };
  onMount(() => {
    editor.on('transaction', schedule);
    window.addEventListener('resize', schedule);
    window.addEventListener('scroll', schedule, { passive: true, capture: true });
    schedule();
    onCleanup(() => {
      if (frame !== undefined) cancelAnimationFrame(frame);
      editor.off('transaction', schedule);
      window.removeEventListener('resize', schedule);
      window.removeEventListener('scroll', schedule, { capture: true });
    });
  });

  return (
    <div
      class="context-bar"
      hidden={subject() === undefined}
      data-kind={subject()?.kind}
      ref={(element) => (bar = element)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        editor.commands.focus();
      }}
    >
      <Switch>
        <Match when={subject()?.kind === 'table'}>
          <TableTools editor={editor} revision={revision()} />
        </Match>
        <Match when={subject()?.kind === 'code'}>
          <CodeTools editor={editor} revision={revision()} />
        </Match>
        <Match when={subject()?.kind === 'image'}>
          <PictureTools editor={editor} revision={revision()} />
        </Match>
      </Switch>
    </div>
  );
}

const isSame = (a: Subject | undefined, b: Subject | undefined): boolean => a?.kind === b?.kind && a?.at === b?.at;

function subjectOf(editor: Editor): Subject | undefined {
  const { selection } = editor.state;
  const { $from } = selection;
  if (selection instanceof NodeSelection && selection.node.type.name === 'image')
    return { kind: 'image', at: selection.from };
  if ($from.parent.type.name === 'codeBlock') return { kind: 'code', at: $from.before() };
  const table = findTable($from);
  return table ? { kind: 'table', at: table.pos } : undefined;
}

/** Above the block, below what sticks to the top of the page, and inside the block while that is scrolled out of sight. */
function place(bar: HTMLElement, editor: Editor, at: number): void {
  const surface = bar.offsetParent;
  const block = editor.view.nodeDOM(at);
  if (!surface || !(block instanceof Element)) return;
  const area = surface.getBoundingClientRect();
  const box = block.getBoundingClientRect();
  const height = bar.offsetHeight;
  const above = box.top - height - GAP;
  const sticky = document.querySelector('.format-toolbar')?.getBoundingClientRect();
  // on phones the toolbar is at the bottom
  const limit = sticky && sticky.top < window.innerHeight / 2 ? sticky.bottom : 0;
  const isFirst = box.top - area.top < height;
  const top =
    isFirst && box.top - height - GAP < limit
      ? box.bottom + GAP
      : Math.min(Math.max(above, limit + GAP), box.bottom - height);
  bar.style.setProperty('top', `${Math.round(top - area.top)}px`);
}
