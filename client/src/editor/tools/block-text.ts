/** Text of a block with one unit for every position inside it, remembered for as long as the block stays the same. */
import type { Node } from '@tiptap/pm/model';

const known = new WeakMap<Node, string>();

/** What is no text, such as a picture in a line, is U+FFFC; a line break is a line feed. */
export function blockText(node: Node): string {
  let text = known.get(node);
  if (text === undefined) {
    text = node.textBetween(0, node.content.size, undefined, (leaf) =>
      leaf.type.name === 'hardBreak' ? '\n' : '\ufffc',
    );
    known.set(node, text);
  }
  return text;
}
