/** Languages offered for code, by the name under which a document stores them. Names are written the same everywhere. */
export const CODE_LANGUAGES: readonly (readonly [id: string, name: string])[] = [
  ['bash', 'Bash'],
  ['c', 'C'],
  ['cpp', 'C++'],
  ['csharp', 'C#'],
  ['css', 'CSS'],
  ['diff', 'Diff'],
  ['go', 'Go'],
  ['graphql', 'GraphQL'],
  ['ini', 'INI, TOML'],
  ['java', 'Java'],
  ['javascript', 'JavaScript'],
  ['json', 'JSON'],
  ['kotlin', 'Kotlin'],
  ['lua', 'Lua'],
  ['makefile', 'Makefile'],
  ['markdown', 'Markdown'],
  ['perl', 'Perl'],
  ['php', 'PHP'],
  ['python', 'Python'],
  ['r', 'R'],
  ['ruby', 'Ruby'],
  ['rust', 'Rust'],
  ['scss', 'SCSS'],
  ['shell', 'Shell session'],
  ['sql', 'SQL'],
  ['swift', 'Swift'],
  ['typescript', 'TypeScript'],
  ['xml', 'HTML, XML'],
  ['yaml', 'YAML'],
];

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['c++', 'cpp'],
  ['cs', 'csharp'],
  ['c#', 'csharp'],
  ['golang', 'go'],
  ['html', 'xml'],
  ['js', 'javascript'],
  ['jsx', 'javascript'],
  ['kt', 'kotlin'],
  ['md', 'markdown'],
  ['pl', 'perl'],
  ['py', 'python'],
  ['rb', 'ruby'],
  ['rs', 'rust'],
  ['sh', 'bash'],
  ['toml', 'ini'],
  ['ts', 'typescript'],
  ['tsx', 'typescript'],
  ['yml', 'yaml'],
]);

/** The offered language that a stored name means; the name itself when none does. */
export function languageOf(stored: unknown): string {
  if (typeof stored !== 'string') return '';
  const name = stored.toLowerCase();
  return ALIASES.get(name) ?? name;
}
