import { closeSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog, trimLog } from './service-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vicinal-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('OPS-63 a log that has grown becomes .1 while its service goes on writing', () => {
  const file = join(folder, 'log/archiver.log');
  const log = openLog(file);
  writeSync(log, 'first line\n');
  trimLog(file, 20);
  expect(readFileSync(file, 'utf8')).toBe('first line\n');
  writeSync(log, 'second line\n');
  trimLog(file, 20);
  writeSync(log, 'third line\n');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('first line\nsecond line\n');
  expect(readFileSync(file, 'utf8')).toBe('third line\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(`${file}.1`).mode & 0o077).toBe(0);
  writeSync(log, 'fourth line, a long one\n');
  trimLog(file, 20);
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('third line\nfourth line, a long one\n');
  closeSync(log);
});
