import { expect, test } from 'vitest';
import { filesOf } from './shell-files.ts';

test('PWA-14 the shell holds what the first screens import, with styles and fonts, and nothing that comes later', () => {
  const manifest = {
    'index.html': {
      file: 'assets/index.js',
      css: ['assets/index.css'],
      assets: ['assets/font.woff2'],
      imports: ['_ui.js'],
    },
    'src/screen.tsx': { file: 'assets/screen.js', imports: ['index.html'], dynamicImports: ['src/later.tsx'] },
    'src/later.tsx': { file: 'assets/later.js' },
    '_ui.js': { file: 'assets/ui.js' },
  };
  expect([...filesOf(manifest, ['src/screen.tsx'])].toSorted()).toEqual([
    'assets/font.woff2',
    'assets/index.css',
    'assets/index.js',
    'assets/screen.js',
    'assets/ui.js',
  ]);
  expect(() => filesOf(manifest, ['src/renamed.tsx'])).toThrow('the build has no src/renamed.tsx');
});
