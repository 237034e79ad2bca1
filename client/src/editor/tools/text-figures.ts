/** What the tools count and list, as plain values: no part of the editor is needed to show them. */

export interface TextCount {
  readonly words: number;
  /** As a person sees them: a letter with its accents is one. */
  readonly characters: number;
}

export interface OutlineEntry {
  readonly text: string;
  /** 1 to 3. */
  readonly level: number;
}

const WORDS_A_MINUTE = 230;

/** Whole minutes at a quiet pace; 0 is less than one. */
export const readingMinutes = (words: number): number => Math.round(words / WORDS_A_MINUTE);
