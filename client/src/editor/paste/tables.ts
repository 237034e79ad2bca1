/** Tables of other products → rows of single cells that hold what our cells hold. */
import { MAX_TABLE_COLUMNS, MAX_TABLE_ROWS } from '../content/table.ts';
import { elements, isBlank, rename, unwrap } from './html-source.ts';

export function mendTables(root: HTMLElement): void {
  for (const table of elements(root, 'table')) {
    const cells = elements(table, 'td, th');
    // mail and old pages arrange with tables; so does one cell around everything
    const isLayout =
      table.querySelector('table') !== null || cells.length < 2 || ['presentation', 'none'].includes(table.role ?? '');
    if (isLayout) {
      for (const part of elements(table, 'caption, colgroup, col')) if (part.closest('table') === table) part.remove();
      for (const part of elements(table, 'thead, tbody, tfoot, tr, td, th'))
        if (part.closest('table') === table) rename(part, 'div');
      rename(table, 'div');
    } else mendTable(table);
  }
}

function mendTable(table: HTMLElement): void {
  const { ownerDocument } = table;
  for (const caption of elements(table, 'caption')) {
    if (!isBlank(caption)) table.before(rename(caption, 'p'));
    caption.remove();
  }
  const rows = elements(table, 'tr').slice(0, MAX_TABLE_ROWS);
  const grid: HTMLElement[][] = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of elements(row, 'td, th')) {
      while (grid[y]?.[x]) x++;
      const across = spanOf(cell, 'colspan', MAX_TABLE_COLUMNS - x);
      const down = spanOf(cell, 'rowspan', rows.length - y);
      for (let dy = 0; dy < down; dy++) {
        for (let dx = 0; dx < across; dx++) {
          const place = grid[y + dy];
          if (place && x + dx < MAX_TABLE_COLUMNS)
            place[x + dx] = dy + dx === 0 ? cell : ownerDocument.createElement(cell.localName);
        }
      }
      x += across;
    }
  });
  const width = Math.max(0, ...grid.map((cells) => cells.length));
  const isHeadRow = (y: number): boolean => rows[y]?.parentElement?.localName === 'thead';
  const body = ownerDocument.createElement('tbody');
  grid.forEach((cells, y) => {
    const row = ownerDocument.createElement('tr');
    for (let x = 0; x < width; x++) {
      const cell = cells[x] ?? ownerDocument.createElement('td');
      mendCell(cell);
      row.append(isHeadRow(y) && cell.localName === 'td' ? rename(row.appendChild(cell), 'th') : cell);
    }
    body.append(row);
  });
  table.replaceChildren(body);
}

const spanOf = (cell: HTMLElement, name: string, most: number): number =>
  Math.max(1, Math.min(Number(cell.getAttribute(name)) || 1, most));

/** What our cells cannot hold becomes plain paragraphs. */
function mendCell(cell: HTMLElement): void {
  cell.removeAttribute('colspan');
  cell.removeAttribute('rowspan');
  for (const heading of elements(cell, 'h1, h2, h3, h4, h5, h6')) rename(heading, 'p');
  for (const quote of elements(cell, 'blockquote')) unwrap(quote);
  for (const rule of elements(cell, 'hr')) rule.remove();
}
