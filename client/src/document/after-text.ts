/** What a document shows when it is asked for, in one chunk that follows the text. */
import '../i18n/editor.ts';

export { downloadAs } from './download.ts';
export { FindFields } from './FindFields.tsx';
export { InfoPanel } from './InfoPanel.tsx';
export { SyncPanel } from './SyncPanel.tsx';
