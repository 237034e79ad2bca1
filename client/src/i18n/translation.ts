/** A part of the catalogue in another language: the same keys in the same shapes. */
import type { PluralMessage } from './en.ts';

export type Translation<Part> = {
  readonly [Key in keyof Part]: Part[Key] extends string ? string : PluralMessage;
};
