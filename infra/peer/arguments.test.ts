import { expect, test } from 'vitest';
import { parseArguments, USAGE } from './arguments.ts';
import { EXIT } from './exit.ts';

const LINK = `https://docs.example.org/join#${'a'.repeat(28)}`;
const parse = (...args: readonly string[]) => parseArguments(args);
const problems = (...args: readonly string[]): readonly string[] | 'help' => {
  const parsed = parse(...args);
  return parsed.ok ? [] : parsed.error;
};

test('PEER-13 a link and one mode are enough', () => {
  expect(parse('--link', LINK, '--read')).toEqual({
    ok: true,
    value: {
      link: { origin: 'https://docs.example.org', secret: 'a'.repeat(28) },
      name: 'Headless peer',
      mode: { kind: 'read' },
      isJson: false,
      timeoutMs: 30_000,
      dataDir: undefined,
      caFile: undefined,
    },
  });
});

test('PEER-13 the modes take what belongs to them', () => {
  const mode = (...args: readonly string[]) => {
    const parsed = parse('--link', LINK, ...args);
    return parsed.ok ? parsed.value.mode : parsed.error;
  };
  expect(mode('--append', 'a\nb')).toEqual({ kind: 'append', text: 'a\nb' });
  expect(mode('--replay', 't.json.gz')).toEqual({ kind: 'replay', path: 't.json.gz', rate: 'recorded' });
  expect(mode('--replay', 't.json.gz', '--rate', 'max')).toMatchObject({ rate: 'max' });
  expect(mode('--replay', 't.json.gz', '--rate', '2.5')).toMatchObject({ rate: 2.5 });
});

test('PEER-13 every problem is named at once', () => {
  expect(problems('--name', ' ', '--rate', '0', '--timeout', 'soon')).toEqual([
    '--link is missing',
    '--name must have 1 to 80 characters',
    '--rate must be a number above 0, or max',
    '--rate belongs to --replay',
    '--timeout must be a number of seconds above 0',
    'say one of --read, --append, --clear, --replay and --watch',
  ]);
  expect(problems('--link', LINK, '--read', '--clear')).toHaveLength(1);
  expect(problems('--link', LINK, '--write')).toHaveLength(1);
  expect(problems('--help')).toBe('help');
});

test.each([
  'nonsense',
  'ftp://x/join#aaaaaaaaaaaaaaaaaaaa',
  'https://x/d/abc',
  'https://x/join',
  'https://x/join#short',
])('PEER-13 %s is no link', (link) => {
  expect(problems('--link', link, '--read')).toEqual([expect.stringContaining('--link is no invite link')]);
});

test('PEER-22 the usage names every exit code', () => {
  const named = [...USAGE.slice(USAGE.indexOf('Exit codes')).matchAll(/(?:^|: |· |\n)(\d+) /g)].map(([, code]) =>
    Number(code),
  );
  expect(named).toEqual(Object.values(EXIT));
});
