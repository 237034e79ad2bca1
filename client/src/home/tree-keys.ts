/** The keyboard map of a tree (APG): which key does what on which row. */
import { findByTyping, type TreeRow } from './tree-model.ts';

export type TreeCommand =
  | { readonly kind: 'focus'; readonly row: TreeRow }
  | { readonly kind: 'expand' | 'collapse' | 'open' | 'rename' | 'menu' | 'remove'; readonly row: TreeRow }
  | { readonly kind: 'expand-siblings'; readonly row: TreeRow }
  | { readonly kind: 'step'; readonly row: TreeRow; readonly step: -1 | 1 };

export interface TreeKey {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** Undefined: not a key of the tree. `typed` is what was typed just before, for finding a row by its name. */
export function treeCommand(
  rows: readonly TreeRow[],
  index: number,
  event: TreeKey,
  typed: string,
  isRtl = false,
): TreeCommand | undefined {
  const row = rows[index];
  if (row === undefined) return undefined;
  const focus = (target: TreeRow | undefined): TreeCommand => ({ kind: 'focus', row: target ?? row });
  if (event.ctrlKey || event.metaKey) return undefined;
  if (event.altKey) {
    if (event.key === 'ArrowUp') return { kind: 'step', row, step: -1 };
    return event.key === 'ArrowDown' ? { kind: 'step', row, step: 1 } : undefined;
  }
  switch (isRtl ? mirrored(event.key) : event.key) {
    case 'ArrowDown':
      return focus(rows[index + 1]);
    case 'ArrowUp':
      return focus(rows[index - 1]);
    case 'Home':
      return focus(rows[0]);
    case 'End':
      return focus(rows.at(-1));
    case 'ArrowRight':
      if (row.kind === 'document' || !row.hasChildren) return focus(row);
      return row.isExpanded ? focus(rows[index + 1]) : { kind: 'expand', row };
    case 'ArrowLeft':
      if (row.kind === 'folder' && row.isExpanded) return { kind: 'collapse', row };
      return focus(rows.find((candidate) => candidate.kind === 'folder' && candidate.id === row.parent));
    case 'Enter':
      return { kind: 'open', row };
    case ' ':
      if (row.kind === 'document') return { kind: 'open', row };
      return { kind: row.isExpanded ? 'collapse' : 'expand', row };
    case 'F2':
      return { kind: 'rename', row };
    case 'Delete':
      return { kind: 'remove', row };
    case 'ContextMenu':
      return { kind: 'menu', row };
    case 'F10':
      return event.shiftKey ? { kind: 'menu', row } : undefined;
    case '*':
      return { kind: 'expand-siblings', row };
    default:
      // Signs are shortcuts of the page: "/" searches.
      return /^[\p{L}\p{N}]$/u.test(event.key) ? focus(findByTyping(rows, index, typed + event.key)) : undefined;
  }
}

const mirrored = (key: string): string =>
  key === 'ArrowRight' ? 'ArrowLeft' : key === 'ArrowLeft' ? 'ArrowRight' : key;
