/** Text of a block with one unit for every position inside it, remembered for as long as the block stays the same. */
import type { Node } from '@tiptap/pm/model';
import { mentionText } from '@vicinal/shared/room/mention.ts';

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

/** Text of a block as it reads: mentions by their names. Positions do not count in it. */
export const readableText = (node: Node): string =>
  node.textBetween(0, node.content.size, undefined, (leaf) =>
    leaf.type.name === 'mention' ? mentionText(leaf.attrs) : leaf.type.name === 'hardBreak' ? '\n' : '\ufffc',
  );

/** The mentions that begin within a block between two offsets, by what they read as. */
export function mentionsIn(node: Node, from: number, to: number): readonly string[] {
  const found: string[] = [];
  node.forEach((child, offset) => {
    if (child.type.name === 'mention' && offset >= from && offset < to) found.push(mentionText(child.attrs));
  });
  return found;
}
