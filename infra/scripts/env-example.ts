/** Writes `.env.example` from the tables of OPERATIONS.md, the one place where settings are described. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Setting {
  readonly name: string;
  /** As in the table: `` `8080` ``, or words such as "none". */
  readonly byDefault: string;
  readonly meaning: string;
}

/** Rows of the table under `### title`, in its order. */
export function settingsOf(operations: string, title: string): readonly Setting[] {
  const section = operations.split(`\n### ${title}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  return [...section.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|([^|]*)\|$/gm)].map(
    ([, name = '', byDefault = '', text = '']) => ({
      name,
      byDefault: byDefault.trim(),
      meaning: text.trim(),
    }),
  );
}

/** Titles of the tables, in the order in which the file has them. */
export const SETTINGS_TABLES = ['`npm start`', 'signaling', 'archiver', 'containers'] as const;

const HEAD = `# Settings of Vicinal. Copy this file to .env and take away the # before what you change; what is empty has no default, or one
# that differs between the services. npm start, npm run dev, admin and archiver read .env, and so does docker compose; a
# variable of the environment wins. Made from OPERATIONS.md by: npm run env-example
`;

/** Every variable once, commented out, with its default. */
export function renderExample(operations: string): string {
  const tables = SETTINGS_TABLES.map((title) => ({ title, settings: settingsOf(operations, title) }));
  const all = tables.flatMap(({ settings }) => settings);
  const seen = new Set<string>();
  const parts = tables.map(({ title, settings }) => {
    const lines = settings.flatMap(({ name, byDefault, meaning }) => {
      if (seen.has(name)) return [];
      seen.add(name);
      const defaults = new Set(all.filter((other) => other.name === name).map((other) => other.byDefault));
      const value = defaults.size === 1 ? (/^`([^`]*)`$/.exec(byDefault)?.[1] ?? '') : '';
      const isPlain = /^`[^`]*`$/.test(byDefault) && defaults.size === 1;
      const comment = [
        meaning.replaceAll('`', ''),
        ...(isPlain ? [] : [`default: ${[...defaults].join(', or ').replaceAll('`', '')}`]),
      ];
      return [
        `# ${comment.filter((part) => part !== '').join('; ') || name.toLowerCase().replaceAll('_', ' ')}`,
        `#${name}=${value}`,
      ];
    });
    return `\n## ${title.replaceAll('`', '')}\n${lines.join('\n')}\n`;
  });
  return HEAD + parts.join('');
}

if (import.meta.main) {
  const repository = resolve(import.meta.dirname, '../..');
  writeFileSync(
    join(repository, '.env.example'),
    renderExample(readFileSync(join(repository, 'OPERATIONS.md'), 'utf8')),
  );
}
