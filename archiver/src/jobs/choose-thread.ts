/** The thread of one task of key sentences: a text in, ranges out, and it ends. Loads neither Yjs nor anything native. */
import { parentPort, workerData } from 'node:worker_threads';
import { chooseRanges } from './choose.ts';

export interface ChooseTask {
  readonly text: string;
  readonly maxPairs: number;
}

const { text, maxPairs } = workerData as ChooseTask; // from key-sentences.ts
parentPort?.postMessage(chooseRanges(text, maxPairs));
