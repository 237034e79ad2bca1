/** What the open text offers to the rest of the document screen: finding, outline, counts, and the one way to write for those beside it. */
import { createContext, createSignal, useContext, type Accessor } from 'solid-js';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { FindQuery } from './find-text.ts';
import type { Passage, PassageFound } from './source-mark.ts';
import type { OutlineEntry, TextCount } from './text-figures.ts';

export interface FindState {
  readonly total: number;
  /** From 1; 0 while nothing is found. */
  readonly current: number;
  /** False until the whole document was looked through. */
  readonly isComplete: boolean;
}

export interface TextFinder {
  readonly state: FindState;
  /** Looks for it from where the caret is on. Finding goes on until {@link TextFinder.clear}. */
  search(query: FindQuery): void;
  step(direction: 1 | -1): void;
  /** Takes the marks away. */
  clear(): void;
  on(event: 'change', listener: () => void): () => void;
}

export interface TextFacts {
  /** Undefined until counted for the first time. */
  readonly whole: TextCount | undefined;
  /** Undefined while nothing is selected. */
  readonly selected: TextCount | undefined;
  readonly outline: readonly OutlineEntry[];
  /** Index of the heading being read. */
  readonly current: number | undefined;
}

export interface TextTools {
  readonly find: TextFinder;
  readonly facts: TextFacts;
  /** Facts are kept up to date for as long as somebody listens, a moment after each change. */
  watch(listener: () => void): () => void;
  /** Shows a heading of the outline; with focus, the caret goes there too. */
  goTo(index: number, options: { readonly focus: boolean }): void;
  /** Scrolls to a passage and marks it; with focus, the caret goes there too. */
  show(passage: Passage, options: { readonly focus: boolean }): PassageFound;
  /**
   * Scrolls to the mention of that id and marks it, now or once it arrives. `onMoved` is called when the person moves by
   * themselves, after which nothing is scrolled any more; the returned function ends that too.
   */
  seekMention(id: string, onMoved: () => void): () => void;
  /** Puts plain paragraphs below the block of the caret, else at the end; one undo step. False when nothing was written. */
  insert(paragraphs: readonly string[]): boolean;
  /** What is selected, if it is short enough to look for. */
  selectedText(): string;
}

/** The tools of the document on screen; undefined while no text is bound. */
export interface TextToolsHost {
  readonly tools: Accessor<TextTools | undefined>;
  /** Returns the function that takes them away again. */
  attach(tools: TextTools): () => void;
  /** Somebody without access was mentioned: whom to offer to share with. */
  readonly toShareWith: Accessor<UserId | undefined>;
  /** `undefined` when that was answered. */
  askToShare(user: UserId | undefined): void;
}

export function createTextToolsHost(): TextToolsHost {
  const [tools, setTools] = createSignal<TextTools>();
  const [toShareWith, askToShare] = createSignal<UserId>();
  return {
    tools,
    toShareWith,
    askToShare: (user) => void askToShare(() => user),
    attach: (attached) => {
      setTools(attached);
      return () => setTools((now) => (now === attached ? undefined : now));
    },
  };
}

export const TextToolsContext = createContext<TextToolsHost>();

/** Undefined where an editor stands alone. */
export const useTextTools = (): TextToolsHost | undefined => useContext(TextToolsContext);
