import type { RoomId } from '@vicinal/shared/ids.ts';
import { describe, expect, test } from 'vitest';
import type { DocumentSummary, FolderId, FolderSummary } from '../room/types.ts';
import {
  dropOn,
  findByTyping,
  folderPathText,
  foldersByDepth,
  isWithin,
  moveAmongSiblings,
  visibleRows,
  type Item,
  type TreeData,
} from './tree-model.ts';

const folderId = (name: string): FolderId => name as FolderId; // opaque to the model
const room = (name: string): RoomId => name as RoomId; // opaque to the model
const folder = (name: string, parent?: string): FolderSummary => ({
  id: folderId(name),
  name,
  ...(parent === undefined ? {} : { parent: folderId(parent) }),
});
const document = (title: string, inside?: string): DocumentSummary => ({
  room: room(title),
  title,
  createdAt: 0,
  updatedAt: 0,
  isStarred: false,
  isRestricted: false,
  isOnDevice: true,
  isPinned: false,
  ...(inside === undefined ? {} : { folder: folderId(inside) }),
});
const data: TreeData = {
  folders: [folder('Surveys'), folder('2026', 'Surveys'), folder('Office'), folder('Lost', 'nowhere')],
  documents: [
    document('Budget'),
    document('Notes', '2026'),
    document('Phone', 'Office'),
    document('Minutes', 'Office'),
  ],
};
const all = new Set(data.folders.map(({ id }) => id));
const folderItem = (name: string): Item => ({ kind: 'folder', id: folderId(name) });
const documentItem = (name: string): Item => ({ kind: 'document', id: room(name) });
const rowNamed = (name: string) => {
  const row = visibleRows(data, all).find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
};

describe('visible rows', () => {
  test('closed folders hide what is inside, folders come before documents', () => {
    expect(visibleRows(data, new Set()).map((row) => [row.name, row.level, row.position, row.setSize])).toEqual([
      ['Surveys', 1, 1, 4],
      ['Office', 1, 2, 4],
      ['Lost', 1, 3, 4],
      ['Budget', 1, 4, 4],
    ]);
  });

  test('open folders are followed by their children, one level deeper', () => {
    expect(visibleRows(data, all).map((row) => `${row.level} ${row.name}`)).toEqual([
      '1 Surveys',
      '2 2026',
      '3 Notes',
      '1 Office',
      '2 Phone',
      '2 Minutes',
      '1 Lost',
      '1 Budget',
    ]);
  });
});

test('a path names every folder from the top, and ends for a chain that closes on itself', () => {
  expect(folderPathText(data.folders, folderId('2026'))).toBe('Surveys / 2026');
  expect(folderPathText([folder('a', 'b'), folder('b', 'a')], folderId('a'))).toBe('b / a');
  expect(isWithin(data.folders, folderId('2026'), folderId('Surveys'))).toBe(true);
  expect(isWithin(data.folders, folderId('Office'), folderId('Surveys'))).toBe(false);
  expect(foldersByDepth(data.folders).map((step) => `${step.depth} ${step.folder.name}`)).toEqual([
    '0 Surveys',
    '1 2026',
    '0 Office',
    '0 Lost',
  ]);
});

describe('dropping', () => {
  test('a document over a folder goes into it wherever it is let go', () => {
    for (const fraction of [0.05, 0.5, 0.95]) {
      expect(dropOn(data, documentItem('Budget'), rowNamed('Office'), fraction)).toEqual({
        side: 'into',
        move: { kind: 'document', id: 'Budget', place: { folder: 'Office' } },
      });
    }
  });

  test('a document over another stands before or after it', () => {
    expect(dropOn(data, documentItem('Budget'), rowNamed('Phone'), 0.2)?.move.place).toEqual({
      folder: 'Office',
      before: 'Phone',
    });
    expect(dropOn(data, documentItem('Budget'), rowNamed('Phone'), 0.8)?.move.place).toEqual({
      folder: 'Office',
      before: 'Minutes',
    });
    expect(dropOn(data, documentItem('Budget'), rowNamed('Minutes'), 0.8)?.move.place).toEqual({ folder: 'Office' });
  });

  test('a folder over another goes before, into or after it', () => {
    const closed = visibleRows(data, new Set()).find((row) => row.name === 'Surveys') ?? rowNamed('Surveys');
    const over = (fraction: number) => dropOn(data, folderItem('Lost'), closed, fraction);
    expect(dropOn(data, folderItem('Lost'), rowNamed('Surveys'), 0.9)?.side).toBe('into');
    expect([over(0.1)?.side, over(0.5)?.side, over(0.9)?.side]).toEqual(['before', 'into', 'after']);
    expect(over(0.1)?.move.place).toEqual({ before: 'Surveys' });
    expect(over(0.5)?.move.place).toEqual({ folder: 'Surveys' });
    expect(over(0.9)?.move.place).toEqual({ before: 'Office' });
  });

  test('a folder cannot go into itself, nor into what is inside it', () => {
    expect(dropOn(data, folderItem('Surveys'), rowNamed('Surveys'), 0.5)).toBeUndefined();
    expect(dropOn(data, folderItem('Surveys'), rowNamed('2026'), 0.5)).toBeUndefined();
    expect(dropOn(data, folderItem('Surveys'), rowNamed('Notes'), 0.5)).toBeUndefined();
    expect(dropOn(data, folderItem('Office'), rowNamed('Budget'), 0.5)).toBeUndefined();
  });
});

test('a step up or down changes places with the neighbour of its kind, and ends at the ends', () => {
  expect(moveAmongSiblings(data, documentItem('Minutes'), -1)?.place).toEqual({ folder: 'Office', before: 'Phone' });
  expect(moveAmongSiblings(data, documentItem('Minutes'), 1)).toBeUndefined();
  expect(moveAmongSiblings(data, documentItem('Phone'), 1)?.place).toEqual({ folder: 'Office' });
  expect(moveAmongSiblings(data, folderItem('Surveys'), -1)).toBeUndefined();
  expect(moveAmongSiblings(data, folderItem('Surveys'), 1)?.place).toEqual({ before: 'Lost' });
  expect(moveAmongSiblings(data, folderItem('Lost'), -1)?.place).toEqual({ before: 'Office' });
});

test('typing finds the next row by the start of its name, round the end', () => {
  const rows = visibleRows(data, all);
  expect(findByTyping(rows, 0, 'm')?.name).toBe('Minutes');
  expect(findByTyping(rows, 7, 'o')?.name).toBe('Office');
  expect(findByTyping(rows, 0, 'su')?.name).toBe('Surveys');
  expect(findByTyping(rows, 0, 'x')).toBeUndefined();
});
