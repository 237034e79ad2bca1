/** What a document shows when it is asked for, in one chunk that follows the text. */
export { downloadAs } from './download.ts';
export { FindFields } from './FindFields.tsx';
export { InfoPanel } from './InfoPanel.tsx';
export { SyncPanel } from './SyncPanel.tsx';
