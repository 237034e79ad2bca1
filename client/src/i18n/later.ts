/** Imported by what shows these sentences, which thereby stay out of the first visit. */
import { laterMessages } from './en/later.ts';
import { addSentences } from './messages.ts';

addSentences(laterMessages);
