/** Lists as word processors and editors write them → nested lists and task lists as HTML means them. */
import { elements, isBlank, isBlock, styleOf } from './html-source.ts';

interface FlatItem {
  /** From 1. */
  readonly level: number;
  readonly isOrdered: boolean;
  readonly start: number;
  readonly content: readonly Node[];
}

export function mendLists(root: HTMLElement): void {
  mendWordLists(root);
  mendLevelledLists(root);
  mendListsInLists(root);
  mendTasks(root);
}

/** Word: paragraphs with `mso-list` in their style and the bullet as text. */
function mendWordLists(root: HTMLElement): void {
  let run: HTMLElement[] = [];
  const flush = () => {
    const first = run[0];
    if (first) {
      const list = nest(first.ownerDocument, run.map(wordItem));
      first.before(list);
      for (const paragraph of run) paragraph.remove();
    }
    run = [];
  };
  const isItem = (element: Element): boolean => /level\d/.test(styleOf(element).get('mso-list') ?? '');
  for (const paragraph of elements(root, 'p')) {
    if (!isItem(paragraph)) continue;
    const last = run.at(-1);
    if (last && nextElement(last) !== paragraph) flush();
    run.push(paragraph);
  }
  flush();
}

function wordItem(paragraph: HTMLElement): FlatItem {
  const level = Number(/level(\d)/.exec(styleOf(paragraph).get('mso-list') ?? '')?.[1] ?? 1);
  const markers = elements(paragraph, '[data-style]').filter((span) => styleOf(span).get('mso-list') === 'ignore');
  const marker = markers
    .map((span) => span.textContent)
    .join('')
    .trim();
  for (const span of markers) span.remove();
  const isOrdered = /^\(?(?:\d+|[a-z]{1,4})[.)]/i.test(marker);
  return { level, isOrdered, start: Number(/\d+/.exec(marker)?.[0] ?? 1), content: [...paragraph.childNodes] };
}

/** Word on the web: one list per item, the level in an attribute. */
function mendLevelledLists(root: HTMLElement): void {
  const holders = new Map<Element, readonly HTMLElement[]>();
  for (const item of elements(root, 'li[data-aria-level]')) {
    const list = item.parentElement;
    const holder = list?.parentElement?.matches('.ListContainerWrapper') ? list.parentElement : list;
    if (holder) holders.set(holder, [...(holders.get(holder) ?? []), item]);
  }
  let run: Element[] = [];
  const flush = () => {
    const first = run[0];
    if (first) {
      const items = run.flatMap((holder) => holders.get(holder) ?? []).map(levelledItem);
      first.before(nest(first.ownerDocument, items));
      for (const holder of run) holder.remove();
    }
    run = [];
  };
  for (const holder of holders.keys()) {
    const last = run.at(-1);
    if (last && nextElement(last) !== holder) flush();
    run.push(holder);
  }
  flush();
}

const levelledItem = (item: HTMLElement): FlatItem => ({
  level: Number(item.getAttribute('data-aria-level')) || 1,
  isOrdered: item.parentElement?.localName === 'ol',
  start: Number(item.parentElement?.getAttribute('start')) || 1,
  content: [...item.childNodes],
});

/** The next element, when nothing but white space stands between. */
function nextElement(element: Element): Element | undefined {
  let next = element.nextSibling;
  while (next && !(next instanceof Element) && isBlank(next)) next = next.nextSibling;
  return next instanceof Element ? next : undefined;
}

function nest(document: Document, items: readonly FlatItem[]): DocumentFragment {
  const out = document.createDocumentFragment();
  const open: { readonly list: HTMLElement; readonly level: number; readonly isOrdered: boolean }[] = [];
  for (const { level, isOrdered, start, content } of items) {
    while ((open.at(-1)?.level ?? 0) > level) open.pop();
    const top = open.at(-1);
    if (top?.level === level && top.isOrdered !== isOrdered) open.pop();
    if (open.at(-1)?.level !== level) {
      const list = document.createElement(isOrdered ? 'ol' : 'ul');
      if (isOrdered && start !== 1) list.setAttribute('start', String(start));
      (open.at(-1)?.list.lastElementChild ?? out).append(list);
      open.push({ list, level, isOrdered });
    }
    const item = document.createElement('li');
    item.append(...content);
    open.at(-1)?.list.append(item);
  }
  return out;
}

/** Google Docs and LibreOffice: a list straight inside a list belongs to the item before it. */
function mendListsInLists(root: HTMLElement): void {
  for (const list of elements(root, 'ul > ul, ul > ol, ol > ul, ol > ol')) {
    const before = list.previousElementSibling;
    if (before?.localName === 'li') before.append(list);
    else {
      const item = list.ownerDocument.createElement('li');
      list.replaceWith(item);
      item.append(list);
    }
  }
}

function mendTasks(root: HTMLElement): void {
  for (const item of elements(root, 'li')) {
    const checked = takeCheck(item);
    const list = item.parentElement;
    if (checked === undefined || !list) continue;
    item.setAttribute('data-type', 'taskItem');
    item.setAttribute('data-checked', String(checked));
    list.setAttribute('data-type', 'taskList');
  }
  for (const list of elements(root, '[data-type="taskList"]')) {
    for (const item of list.children) if (item.localName === 'li') item.setAttribute('data-type', 'taskItem');
    if (list.localName !== 'ol') continue;
    const plain = list.ownerDocument.createElement('ul');
    plain.setAttribute('data-type', 'taskList');
    plain.append(...list.childNodes);
    list.replaceWith(plain);
  }
}

/** Whether the item is done; `undefined` when it is no task. Takes the sign of it out. */
function takeCheck(item: HTMLElement): boolean | undefined {
  if (item.dataset['type'] === 'taskItem') return item.dataset['checked'] === 'true' || item.dataset['checked'] === '';
  const own = (selector: string): HTMLElement | undefined =>
    elements(item, selector).find((found) => found.closest('li') === item);
  const input = own('input[type="checkbox"]');
  if (input) {
    input.remove();
    return input.hasAttribute('checked');
  }
  const box = own('.checkbox'); // Notion
  if (box) {
    box.remove();
    return box.classList.contains('checkbox-on');
  }
  const aria = item.getAttribute('aria-checked'); // Google Docs
  if (aria !== null) {
    own('img')?.remove();
    return aria === 'true';
  }
  const first = firstText(item);
  const sign = /^\s*([☐☑☒✅])\s*/u.exec(first?.data ?? '');
  if (!first || !sign) return undefined;
  first.data = first.data.slice(sign[0].length);
  return sign[1] !== '☐';
}

function firstText(element: Element): Text | undefined {
  for (const child of element.childNodes) {
    if (child instanceof Text && child.data.trim() !== '') return child;
    if (child instanceof Element && !(isBlock(child) && child.matches('ul, ol'))) {
      const found = firstText(child);
      if (found) return found;
    }
  }
  return undefined;
}
