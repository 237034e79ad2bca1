/** What the assistant shows, in one chunk that follows the text when it is asked for. */
import '../i18n/later.ts';
import './assist.css';

export { AssistantHere, AssistantMark } from './AssistantHere.tsx';
export { AssistNews } from './AssistNews.tsx';
export { AssistPanel } from './AssistPanel.tsx';
export { AssistSwitch } from './AssistSwitch.tsx';
export { createAssistant } from './assistant.ts';
