import type { JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import { Modal } from '../ui/Modal.tsx';
import { SearchBox } from './SearchBox.tsx';

/** Search where no field is on screen. */
export function SearchDialog(props: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: (event: Event) => void;
}): JSX.Element {
  let hasOpened = false;
  const closed = (event: Event): void => {
    if (!hasOpened) {
      props.onClosed(event);
      return;
    }
    event.preventDefault();
    document.querySelector<HTMLElement>('main h1')?.focus();
  };
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={t('search.heading')}
      closeLabel={t('app.close')}
      onClosed={closed}
    >
      <SearchBox
        isInline
        onOpened={() => {
          hasOpened = true;
          props.onOpenChange(false);
        }}
      />
    </Modal>
  );
}
