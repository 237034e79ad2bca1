/**
 * simple-peer without the two thirds of its prebuilt file that links never use: Node's streams and Buffer. Its own source is
 * taken instead, with {@link file://./simple-peer-parts.ts} in the place of its seven dependencies.
 */
import { join } from 'node:path';
import type { Plugin } from 'vite';

const PREBUILT = 'simple-peer/simplepeer.min.js';
const PARTS = join(import.meta.dirname, 'simple-peer-parts.ts');
const REQUIRES: readonly string[] = [
  "const debug = require('debug')('simple-peer')\n",
  "const getBrowserRTC = require('get-browser-rtc')\n",
  "const randombytes = require('randombytes')\n",
  "const stream = require('readable-stream')\n",
  "const queueMicrotask = require('queue-microtask') // TODO: remove when Node 10 is not supported\n",
  "const errCode = require('err-code')\n",
  "const { Buffer } = require('buffer')\n",
];
/** Lines that only describe what happens, and the method they call. */
const DEBUG = /^ *this\._debug\(.*\)\n/gm;
const EXPORT = 'module.exports = Peer\n';

export const leanSimplePeer = (): Plugin => ({
  name: 'vicinal-lean-simple-peer',
  enforce: 'pre',
  config: () => ({ optimizeDeps: { exclude: ['simple-peer'] } }),
  resolveId(source, importer) {
    return source === PREBUILT ? this.resolve('simple-peer/index.js', importer) : undefined;
  },
  transform(code, id) {
    return id.split('?', 1)[0]?.endsWith('/simple-peer/index.js') === true ? leanSource(code) : undefined;
  },
});

/** Throws when the source is not the one this was written for. */
export function leanSource(code: string): string {
  let lean = code;
  const replace = (text: string, by: string): void => {
    if (lean.split(text).length !== 2) throw new Error(`simple-peer/index.js has changed: "${text.trim()}"`);
    lean = lean.replace(text, by);
  };
  for (const line of REQUIRES) replace(line, '');
  lean = lean.replaceAll(DEBUG, '');
  replace(EXPORT, 'export default Peer\n');
  if (/\b(require\(|module\.)/.test(lean)) throw new Error('simple-peer/index.js has changed: it needs something more');
  return `import { Buffer, debug, errCode, getBrowserRTC, randombytes, stream } from ${JSON.stringify(PARTS)};\n${lean}`;
}
