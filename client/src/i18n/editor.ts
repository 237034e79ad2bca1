/** Imported by what shows the editor's sentences, which thereby come with its chunk. */
import { editorMessages } from '../editor/messages.ts';
import { editorToolMessages } from '../editor/tools/messages.ts';
import { addSentences } from './messages.ts';

addSentences({ ...editorMessages, ...editorToolMessages });
