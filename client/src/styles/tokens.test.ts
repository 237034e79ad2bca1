import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Custom properties with plain hex colours under one selector. */
function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('\n}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9A-Fa-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}

const light = tokensOf(':root');
const themes = [
  ['light', light],
  ['dark', new Map([...light, ...tokensOf(":root[data-theme='dark']")])],
] as const;

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [high = 0, low = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const SURFACES = ['canvas', 'surface', 'sunken', 'raised'];
const TEXTS = ['text', 'text-2', 'text-3', 'accent-text', 'ok', 'warn', 'error', 'info', 'ai'];
const PAIRS = [
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['accent-text', 'accent-subtle'],
  ['ok', 'ok-subtle'],
  ['warn', 'warn-subtle'],
  ['error', 'error-subtle'],
  ['info', 'info-subtle'],
  ['ai', 'ai-subtle'],
  ['text', 'selection'],
  ...Array.from({ length: 12 }, (_, hue) => ['on-presence', `presence-${hue}`]),
];

test('the ratio of black on white is 21, and of equal colours 1', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#777777')).toBe(1);
  expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
});

describe.each(themes)('%s theme', (name, tokens) => {
  const colour = (token: string): string => {
    const found = tokens.get(token);
    if (found === undefined) throw new TypeError(`no token ${token} in ${name}`);
    return found;
  };

  test.each(TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface])))(
    '%s on %s reads at 4.5:1',
    (text, surface) => {
      expect(contrast(colour(text), colour(surface))).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(PAIRS)('%s on %s reads at 4.5:1', (text, surface) => {
    expect(contrast(colour(text ?? ''), colour(surface ?? ''))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['outline', 'focus', 'accent'].flatMap((control) => SURFACES.map((surface) => [control, surface])))(
    '%s stands out from %s at 3:1',
    (control, surface) => {
      expect(contrast(colour(control), colour(surface))).toBeGreaterThanOrEqual(3);
    },
  );
});

test('both themes name the same colours', () => {
  expect([...tokensOf(":root[data-theme='dark']").keys()].sort()).toEqual([...light.keys()].sort());
});
