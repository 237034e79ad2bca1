/** The languages and their grammar. For the worker alone: some texts take a grammar seconds or more. */
import { common, createLowlight } from 'lowlight';

export interface HighlightedRange {
  readonly from: number;
  readonly to: number;
  /** Class names; the style sheet knows them. */
  readonly classes: string;
}

export interface Highlighter {
  /** Nothing for a language that is not known. */
  highlight(language: string, code: string): readonly HighlightedRange[];
}

type Tree = ReturnType<ReturnType<typeof createLowlight>['highlight']>;
type TreeNode = Tree['children'][number];

export function createHighlighter(): Highlighter {
  const lowlight = createLowlight(common);
  return {
    highlight: (language, code) => {
      const name = language.toLowerCase();
      return lowlight.registered(name) ? rangesOf(lowlight.highlight(name, code)) : [];
    },
  };
}

function rangesOf(tree: Tree): HighlightedRange[] {
  const out: HighlightedRange[] = [];
  let position = 0;
  const visit = (node: TreeNode, classes: readonly string[]) => {
    if (node.type === 'text') {
      const to = position + node.value.length;
      if (classes.length > 0) out.push({ from: position, to, classes: [...new Set(classes)].join(' ') });
      position = to;
    } else if (node.type === 'element') {
      const own = Array.isArray(node.properties.className) ? node.properties.className.map(String) : [];
      for (const child of node.children) visit(child, [...classes, ...own]);
    }
  };
  for (const child of tree.children) visit(child, []);
  return out;
}
