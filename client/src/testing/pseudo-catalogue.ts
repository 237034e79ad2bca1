/** English made long and strange, to see where a translation would not fit and which sentences bypass the catalogue. */
import type { Message } from '../i18n/en.ts';
import type { Catalogue } from '../i18n/messages.ts';

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = 'àƀçđéƒĝĥíĵķľɱñöþɋŕšţüṽŵẋýžÀƁÇĐÉƑĜĤÍĴĶĽṀÑÖÞɊŔŠŢÜṼŴẊÝŽ';
const PADDING = ['ö', 'ñé', 'ţẃö', 'þŕéé', 'ƒöüŕŕ'];

/** Accented, in brackets and two fifths longer; `{values}` stay. */
export function pseudo(sentence: string): string {
  const accented = sentence
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? part : part.replaceAll(/[a-z]/gi, (letter) => accent(letter))))
    .join('');
  return `⟦${accented}${padding(Math.ceil(sentence.length * 0.4))}⟧`;
}

export function pseudoCatalogue(catalogue: Catalogue): Catalogue {
  const entries = Object.entries(catalogue).map(([key, message]): [string, Message] => [
    key,
    typeof message === 'string' ? pseudo(message) : { one: pseudo(message.one), other: pseudo(message.other) },
  ]);
  return Object.fromEntries(entries) as Catalogue; // the keys are those that came in
}

const accent = (letter: string): string => ACCENTED[PLAIN.indexOf(letter)] ?? letter;

/** Words of ordinary length, so that lines break as they would in a language. */
function padding(length: number): string {
  let text = '';
  for (let word = 0; text.length < length; word += 1) text += ` ${PADDING[word % PADDING.length]}`;
  return text;
}
