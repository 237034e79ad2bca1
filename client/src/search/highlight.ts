/** Which parts of a title a search found. */
import { foldText, WORD } from './title-search.ts';

export interface TitlePart {
  readonly text: string;
  readonly isHit: boolean;
}

/** `words` are those of the title that match, folded. A word that begins with what was typed is marked that far. */
export function highlight(title: string, query: string, words: readonly string[]): readonly TitlePart[] {
  const typed = (query.match(WORD) ?? []).map(foldText);
  const spans: { readonly start: number; readonly end: number }[] = [];
  for (const match of title.matchAll(WORD)) {
    const start = match.index;
    const folded = foldText(match[0]);
    const prefix = typed.filter((part) => folded.startsWith(part)).sort((a, b) => b.length - a.length)[0];
    // Folding can change the length ("ﬁ" becomes two letters): then the whole word is marked.
    if (prefix !== undefined && folded.length === match[0].length) spans.push({ start, end: start + prefix.length });
    else if (prefix !== undefined || words.includes(folded)) spans.push({ start, end: start + match[0].length });
  }
  const folded = foldText(title);
  const part = foldText(query).trim();
  const at = part === '' ? -1 : folded.indexOf(part);
  if (spans.length === 0 && at >= 0 && folded.length === title.length) spans.push({ start: at, end: at + part.length });
  return cut(title, spans);
}

function cut(title: string, spans: readonly { readonly start: number; readonly end: number }[]): TitlePart[] {
  const parts: TitlePart[] = [];
  let done = 0;
  const add = (end: number, isHit: boolean): void => {
    if (end > done) parts.push({ text: title.slice(done, end), isHit });
    done = Math.max(done, end);
  };
  for (const { start, end } of spans) {
    add(start, false);
    add(end, true);
  }
  add(title.length, false);
  return parts;
}
