/** Pastes into the one editor on the page, through the event a browser sends. */
import { textbox } from './session.ts';

export function paste(data: Readonly<Record<string, string>>, files: readonly File[] = []): void {
  const clipboardData = new DataTransfer();
  for (const [kind, value] of Object.entries(data)) clipboardData.setData(kind, value);
  for (const file of files) clipboardData.items.add(file);
  textbox().dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}

/** As with Shift held: the browser sends the same event, the editor looks at the keys. */
export function pastePlain(data: Readonly<Record<string, string>>): void {
  const press = (type: 'keydown' | 'keyup', shiftKey: boolean) =>
    textbox().dispatchEvent(new KeyboardEvent(type, { key: 'Shift', keyCode: 16, shiftKey, bubbles: true }));
  press('keydown', true);
  paste(data);
  press('keyup', false);
}
