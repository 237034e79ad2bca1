import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { whyForbidden } from './import-table.ts';

const repository = resolve(import.meta.dirname, '../..');

/** Violations planted in a tree of their own, and clean files beside them. */
const planted = {
  'shared/src/log/validity.ts': `import { connect } from '../mesh/mesh.ts';\nexport const validity = connect;\n`,
  'shared/src/mesh/mesh.ts': `export const connect = 1;\n`,
  'shared/src/ids.ts': `import { readFileSync } from 'node:fs';\nexport const ids = readFileSync;\n`,
  'shared/src/roles.ts': `import { a } from './roles-b.ts';\nexport const b = () => a;\n`,
  'shared/src/roles-b.ts': `import { b } from './roles.ts';\nexport const a = () => b;\n`,
  'client/src/room/room.ts': `import { pool } from '@vicinal/signaling/db/pool.ts';\nexport const room = pool;\n`,
  'client/src/ui/Button.ts': `import { storage } from '../storage/database.ts';\nexport const button = storage;\n`,
  'client/src/storage/database.ts': `import { createSignal } from 'solid-js';\nexport const storage = createSignal;\n`,
  'client/src/app/shell.ts': `import { openDB } from 'idb';\nexport const shell = openDB;\n`,
  'signaling/src/signal/router.ts': `import { WebSocket } from 'ws';\nexport const router = WebSocket;\n`,
  'signaling/src/db/pool.ts': `import pg from 'pg';\nimport { router } from '../signal/router.ts';\nexport const pool = [pg, router];\n`,
  'signaling/src/signal/session.ts': `export const limit = process.env['LIMIT'];\n`,
  'archiver/src/rooms/room.ts': `import { memory } from '@vicinal/shared/testing/memory.ts';\nexport const room = memory;\n`,
  'archiver/src/main.ts': `const flush = async (): Promise<void> => {};\nflush();\n`,
  'archiver/src/config.ts': `export const port = process.env['PORT'];\n`,
  'archiver/src/rooms/room.test.ts': `import { memory } from '@vicinal/shared/testing/memory.ts';\nexport const room = memory;\n`,
};

const directory = mkdtempSync(join(tmpdir(), 'vicinal-lint-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the linter', () => {
  for (const [path, text] of Object.entries(planted)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  writeFileSync(join(directory, 'tsconfig.json'), '{"compilerOptions":{"strict":true},"include":["**/*.ts"]}');
  const run = spawnSync('oxlint', ['--type-aware', '-c', join(repository, '.oxlintrc.json'), '--format', 'json', '.'], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(repository, 'node_modules/.bin')}:${process.env['PATH']}` },
  });
  const report = JSON.parse(run.stdout) as { diagnostics: { filename: string; code: string; message: string }[] };
  const codesOf = (path: string): string[] =>
    report.diagnostics.filter((found) => found.filename === path).map((found) => found.code);

  const violations: readonly (readonly [string, string])[] = [
    ['shared/src/log/validity.ts', 'vicinal(imports)'],
    ['shared/src/ids.ts', 'vicinal(imports)'],
    ['shared/src/roles.ts', 'import(no-cycle)'],
    ['client/src/room/room.ts', 'vicinal(imports)'],
    ['client/src/ui/Button.ts', 'vicinal(imports)'],
    ['client/src/storage/database.ts', 'vicinal(imports)'],
    ['client/src/app/shell.ts', 'vicinal(imports)'],
    ['signaling/src/signal/router.ts', 'vicinal(imports)'],
    ['signaling/src/db/pool.ts', 'vicinal(imports)'],
    ['signaling/src/signal/session.ts', 'vicinal(environment)'],
    ['archiver/src/rooms/room.ts', 'vicinal(imports)'],
    ['archiver/src/main.ts', 'typescript(no-floating-promises)'],
  ];
  test.each(violations)('finds the violation planted in %s', (path, code) => {
    expect(codesOf(path)).toContain(code);
  });

  test.each(['archiver/src/config.ts', 'archiver/src/rooms/room.test.ts', 'shared/src/mesh/mesh.ts'])(
    'finds nothing in %s',
    (path) => {
      expect(codesOf(path)).toEqual([]);
    },
  );
});

describe('whyForbidden', () => {
  test('lets every package import shared and nothing of shared import a package', () => {
    expect(whyForbidden('client/src/room/a.ts', 'shared/src/ids.ts')).toBeUndefined();
    expect(whyForbidden('shared/src/ids.ts', 'client/src/paths.ts')).toBe('shared must not import client');
  });

  test('keeps the part of shared that needs Node out of pages', () => {
    const listener = 'shared/src/server/metrics-listener.ts';
    expect(whyForbidden(listener, 'node:http')).toBeUndefined();
    for (const server of ['archiver/src/archiver.ts', 'signaling/src/server.ts', 'infra/scripts/front.ts'])
      expect(whyForbidden(server, listener)).toBeUndefined();
    for (const page of ['client/src/room/a.ts', 'shared/src/mesh/mesh.ts', 'shared/src/testing/memory.ts'])
      expect(whyForbidden(page, listener)).toBe('shared/src/server/ is for servers only');
    expect(whyForbidden(listener, 'shared/src/mesh/mesh.ts')).toContain('lies below');
    expect(whyForbidden('shared/src/http/notify.ts', 'node:http')).toContain('no node: modules');
  });

  test('names the files that may import a package with a single importer', () => {
    expect(whyForbidden('signaling/src/auth/tokens.ts', 'jose')).toBeUndefined();
    expect(whyForbidden('signaling/src/auth/sessions.ts', 'jose')).toContain('only signaling/src/auth/tokens.ts');
    expect(whyForbidden('shared/src/mesh/mesh.ts', 'simple-peer/simplepeer.min.js')).toContain(
      'only shared/src/mesh/link.ts',
    );
  });
});
