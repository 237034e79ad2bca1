import { toHref } from './binding/link.ts';

/**
 * Printed links are followed by their address (editor.css). While `root` is printed, links whose words are their address
 * are not: by a style sheet, because attributes in the text belong to the editor. Call the result to stop.
 */
export function hideBareAddresses(root: Element): () => void {
  const sheet = new CSSStyleSheet();
  const after = (): void => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  const before = (): void => {
    const bare = new Set<string>();
    for (const link of root.querySelectorAll('.document-text a[href]')) {
      const href = link.getAttribute('href') ?? '';
      if (link.textContent === href || toHref(link.textContent) === href) bare.add(href);
    }
    sheet.replaceSync(
      [...bare]
        .map((href) => `.document-text a[href="${CSS.escape(href)}"]::after { content: none !important; }`)
        .join('\n'),
    );
    after();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  window.addEventListener('beforeprint', before);
  window.addEventListener('afterprint', after);
  return () => {
    window.removeEventListener('beforeprint', before);
    window.removeEventListener('afterprint', after);
    after();
  };
}
