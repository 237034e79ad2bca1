import { createMemo, createSignal, Show, type JSX } from 'solid-js';
import { useNavigate } from '@solidjs/router';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Trash from 'lucide-solid/icons/trash';
import { useServices } from '../context/services.tsx';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { Modal } from '../ui/Modal.tsx';
import { Notice } from '../ui/Notice.tsx';

const KEEP = {
  account: 'signout.keep.text',
  guest: 'signout.keep.guest.text',
  local: 'signout.keep.local.text',
} as const;
const REMOVE = {
  account: 'signout.remove.text',
  guest: 'signout.remove.guest.text',
  local: 'signout.remove.local.text',
} as const;

export interface SignOutDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  isGuest: boolean;
  /** Where the next account is taken after signing in. */
  returnTo?: string;
}

/** Signing out asks one thing: do the documents stay on this device? Once more where nothing brings them back. */
export function SignOutDialog(props: SignOutDialogProps): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  const [isBusy, setBusy] = createSignal(false);
  const [isAsking, setAsking] = createSignal(false);
  const kind = createMemo((): 'account' | 'guest' | 'local' => {
    const state = services.accountState();
    if (state.kind === 'signed-in' && state.isLocal) return 'local';
    return props.isGuest ? 'guest' : 'account';
  });
  const text = (): string => t(kind() === 'local' ? 'signout.local.text' : 'signout.text');
  const keepText = (): string => t(KEEP[kind()]);
  const removeText = (): string => t(REMOVE[kind()]);
  const remove = (): void => {
    if (kind() === 'account') void leave(true);
    else setAsking(true);
  };
  const change = (isOpen: boolean): void => {
    if (!isOpen) setAsking(false);
    props.onOpenChange(isOpen);
  };
  const leave = async (removeData: boolean): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    await services.account.signOut({ removeData });
    // already there: only the way back is dropped, and what was typed meanwhile stays
    navigate(props.returnTo === undefined ? paths.signIn() : paths.signInFor(props.returnTo), { replace: true });
  };
  return (
    <Modal isOpen={props.isOpen} onOpenChange={change} heading={t('signout.heading')} closeLabel={t('app.close')}>
      <p class="modal-text">{isBusy() ? t('signout.busy') : text()}</p>
      <div class="choices">
        <button type="button" class="choice" onClick={() => void leave(false)}>
          <HardDrive class="icon" aria-hidden="true" />
          <span class="choice-title">{t('signout.keep')}</span>
          <span class="choice-text">{keepText()}</span>
        </button>
        <button type="button" class="choice choice-danger" onClick={remove}>
          <Trash class="icon" aria-hidden="true" />
          <span class="choice-title">{t('signout.remove')}</span>
          <span class="choice-text">{removeText()}</span>
        </button>
      </div>
      <Show when={isAsking()}>
        <Confirm
          text={t(kind() === 'local' ? 'signout.sure.local' : 'signout.sure.guest')}
          confirmLabel={t('signout.sure')}
          cancelLabel={t('signout.back')}
          onConfirm={() => leave(true)}
          onCancel={() => setAsking(false)}
        />
      </Show>
      <Show when={props.isGuest && !isAsking()}>
        <Notice tone="warn">{t('signout.remove.guest')}</Notice>
      </Show>
    </Modal>
  );
}
