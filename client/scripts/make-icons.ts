/** Draws the PNG icons of the manifest into `public/icons`: `node client/scripts/make-icons.ts`. */
import { writeFileSync } from 'node:fs';
import { deflateSync, crc32 } from 'node:zlib';

type Rgb = readonly [number, number, number];
const pine: Rgb = [0x0b, 0x6b, 0x5c];
const paper: Rgb = [0xdd, 0xf0, 0xeb];
const mint: Rgb = [0x46, 0xc2, 0xab];
const SAMPLES = 4;

/** Colour and opacity at a point of the unit square; `corner` 0 fills it (maskable icons are cut by the platform). */
function paint(x: number, y: number, corner: number, scale: number): readonly [Rgb, number] {
  const dx = Math.max(corner - x, x - (1 - corner), 0);
  const dy = Math.max(corner - y, y - (1 - corner), 0);
  if (Math.hypot(dx, dy) > corner) return [pine, 0];
  const radius = 0.203 * scale;
  const offset = 0.1016 * scale;
  let colour = Math.hypot(x - 0.5 + offset, y - 0.5) <= radius ? paper : pine;
  if (Math.hypot(x - 0.5 - offset, y - 0.5) <= radius) colour = mix(colour, mint, 0.78);
  return [colour, 1];
}

const mix = (a: Rgb, b: Rgb, share: number): Rgb =>
  [0, 1, 2].map((i) => (a[i] ?? 0) * (1 - share) + (b[i] ?? 0) * share) as unknown as Rgb; // three in, three out

function pixels(size: number, corner: number, scale: number): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let s = 0; s < SAMPLES * SAMPLES; s++) {
        const u = (x + ((s % SAMPLES) + 0.5) / SAMPLES) / size;
        const v = (y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES) / size;
        const [colour, alpha] = paint(u, v, corner, scale);
        for (let i = 0; i < 3; i++) sum[i] = (sum[i] ?? 0) + (colour[i] ?? 0) * alpha;
        sum[3] = (sum[3] ?? 0) + alpha;
      }
      const covered = sum[3] ?? 0;
      const at = y * (size * 4 + 1) + 1 + x * 4;
      for (let i = 0; i < 3; i++) rows[at + i] = covered > 0 ? Math.round((sum[i] ?? 0) / covered) : 0;
      rows[at + 3] = Math.round((covered / (SAMPLES * SAMPLES)) * 255);
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function png(size: number, corner: number, scale: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // eight bits, RGBA
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(pixels(size, corner, scale), { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

const folder = new URL('../public/icons/', import.meta.url);
for (const [name, size, corner, scale] of [
  ['icon-192', 192, 0.219, 1],
  ['icon-512', 512, 0.219, 1],
  ['maskable-512', 512, 0, 0.82],
  ['apple-touch-180', 180, 0, 0.9],
] as const) {
  writeFileSync(new URL(`${name}.png`, folder), png(size, corner, scale));
}
