/** The languages and their grammar, beside the page: some texts take a grammar seconds or more. */
import { createHighlighter } from './highlighter.ts';

const highlighter = createHighlighter();

self.addEventListener('message', ({ data }: MessageEvent<{ readonly language: string; readonly code: string }>) => {
  self.postMessage(highlighter.highlight(data.language, data.code));
});
// loaded: the time of a block is counted from here
self.postMessage('ready');
