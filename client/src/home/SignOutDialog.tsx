import { createSignal, Show, type JSX } from 'solid-js';
import { useNavigate } from '@solidjs/router';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Trash from 'lucide-solid/icons/trash';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { Modal } from '../ui/Modal.tsx';
import { Notice } from '../ui/Notice.tsx';

export interface SignOutDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  isGuest: boolean;
  /** Where the next account is taken after signing in. */
  returnTo?: string;
}

/** Signing out asks one thing: do the documents stay on this device? */
export function SignOutDialog(props: SignOutDialogProps): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  const [isBusy, setBusy] = createSignal(false);
  const leave = async (removeData: boolean): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    await services.account.signOut({ removeData });
    navigate(props.returnTo === undefined ? paths.home() : paths.signInFor(props.returnTo), { replace: true });
  };
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={t('signout.heading')}
      closeLabel={t('app.close')}
    >
      <p class="modal-text">{isBusy() ? t('signout.busy') : t('signout.text')}</p>
      <div class="choices">
        <button type="button" class="choice" onClick={() => void leave(false)}>
          <HardDrive class="icon" aria-hidden="true" />
          <span class="choice-title">{t('signout.keep')}</span>
          <span class="choice-text">{t('signout.keep.text')}</span>
        </button>
        <button type="button" class="choice choice-danger" onClick={() => void leave(true)}>
          <Trash class="icon" aria-hidden="true" />
          <span class="choice-title">{t('signout.remove')}</span>
          <span class="choice-text">{t('signout.remove.text')}</span>
        </button>
      </div>
      <Show when={props.isGuest}>
        <Notice tone="warn">{t('signout.remove.guest')}</Notice>
      </Show>
    </Modal>
  );
}
