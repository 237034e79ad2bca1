/** Sentences of the editor, for the message catalogue. `{keys}` is a shortcut as the platform writes it. */
export const editorMessages = {
  'editor.toolbar': 'Formatting',
  'editor.placeholder': 'Start writing…',
  'editor.undo': 'Undo',
  'editor.redo': 'Redo',
  'editor.heading1': 'Heading 1',
  'editor.heading2': 'Heading 2',
  'editor.heading3': 'Heading 3',
  'editor.bold': 'Bold',
  'editor.italic': 'Italic',
  'editor.underline': 'Underline',
  'editor.strike': 'Strikethrough',
  'editor.code': 'Code',
  'editor.link': 'Link',
  'editor.bulletList': 'Bulleted list',
  'editor.orderedList': 'Numbered list',
  'editor.taskList': 'Task list',
  'editor.quote': 'Quote',
  'editor.codeBlock': 'Code block',
  'editor.divider': 'Divider',
  'editor.link.form': 'Link',
  'editor.link.address': 'Link address',
  'editor.link.hint': 'https://…',
  'editor.link.invalid': 'Enter a web or e-mail address.',
  'editor.link.apply': 'Apply',
  'editor.link.remove': 'Remove link',
  'editor.link.open': 'Open link in a new tab',
  'editor.link.close': 'Close',
  'editor.filesRefused': 'Pictures and files cannot be added to documents yet.',
  'editor.update.title': 'Update needed',
  'editor.update.text':
    'This document was written with a newer version of Vicinal. You can read it here; to write, reload this page to update.',
} as const;

export type EditorMessageKey = keyof typeof editorMessages;

export const editorText = (key: EditorMessageKey): string => editorMessages[key];
