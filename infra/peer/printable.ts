/**
 * What others wrote, for a terminal: characters that would move its cursor, set its title or its clipboard, or turn the
 * direction of a line around are U+FFFD. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(/(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
