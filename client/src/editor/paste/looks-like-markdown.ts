/** Whether text from the clipboard is to be read as Markdown. Its reader is large and fetched only then. */
const MAX_MARKDOWN = 1_000_000;
/** Nested deeper than the reader can follow. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+] |\d{1,9}[.)] )){50}/m;

/** Lines that nothing but Markdown has, and lines that need company. */
const STRONG = [
  /^#{1,6} \S/m,
  /^ {0,3}(?:```|~~~)/m,
  /^[ \t]*[-*+] \[[ xX]\] \S/m,
  /^ {0,3}\|?(?: *:?-{3,}:? *\|)+/m,
  /\[[^[\]\n]{1,1000}\]\((?:(?:https?:|mailto:)[^)\n]{1,2048}\)|data:image)/,
  /(?:^|\s)\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*/m,
];
const WEAK = /^[ \t]*(?:[-*+] \S|\d{1,9}[.)] \S|> ?\S)|`[^`\n]+`|~~[^~\n]+~~|^(?:-{3,}|\*{3,}|_{3,})$/gm;

export function looksLikeMarkdown(text: string): boolean {
  if (text.length > MAX_MARKDOWN || text.startsWith('#!') || TOO_DEEP.test(text)) return false;
  return STRONG.some((sign) => sign.test(text)) || (text.match(WEAK) ?? []).length >= 2;
}
