/** Citations such as `[3]`, `[3, 7]` or `[3-5]` in what a model answered, brought to the sentences they name. */

const CITATION = /[ \t]*\[\s*(\d{1,6}(?:\s*[-–,;]\s*\d{1,6}){0,63})\s*\]/g;
/** A range longer than this cites nothing in particular. */
const MAX_RANGE = 10;

export interface Cited {
  /** Every marker left names one of `numbers`: `[n]` is `numbers[n - 1]`. */
  readonly text: string;
  /** Numbers of sentences, in the order in which they are first cited. */
  readonly numbers: readonly number[];
}

/** Numbers outside 1 … `last` are dropped with their markers, and so are those after `maxCited` different ones. */
export function resolveCitations(answer: string, last: number, maxCited: number): Cited {
  const numbers: number[] = [];
  const markerOf = (number: number): string => {
    const known = numbers.indexOf(number);
    if (known >= 0) return `[${known + 1}]`;
    if (number < 1 || number > last || numbers.length >= maxCited) return '';
    numbers.push(number);
    return `[${numbers.length}]`;
  };
  const text = answer.replace(CITATION, (_marker, list: string) => {
    const markers = [...new Set(expand(list))].map(markerOf).join('');
    return markers === '' ? '' : ` ${markers}`;
  });
  return { text, numbers };
}

function expand(list: string): readonly number[] {
  return list.split(/[,;]/).flatMap((part) => {
    const [from, to] = part.split(/[-–]/).map((number) => Number(number.trim()));
    if (from === undefined) return [];
    if (to === undefined) return [from];
    return to >= from && to - from < MAX_RANGE ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : [];
  });
}
