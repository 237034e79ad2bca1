import { createSignal, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import './free-space.css';

/** Removes offline copies that the archive can give back. */
export function FreeSpace(props: { onFreed: () => void }): JSX.Element {
  const services = useServices();
  const [isBusy, setIsBusy] = createSignal(false);
  const [outcome, setOutcome] = createSignal<{ readonly tone: 'info' | 'error'; readonly words: string }>();
  const free = async (): Promise<void> => {
    const rooms = services.rooms();
    if (rooms === undefined || isBusy()) return;
    setIsBusy(true);
    setOutcome(undefined);
    try {
      const { freed } = await rooms.freeSpace();
      setOutcome({
        tone: 'info',
        words: freed === 0 ? t('settings.storage.free.none') : t('settings.storage.free.done', { count: freed }),
      });
      props.onFreed();
    } catch {
      // storage that cannot be read says nothing more to a person than that
      setOutcome({ tone: 'error', words: t('settings.storage.free.failed') });
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <section class="free-space">
      <Button onClick={() => void free()} aria-describedby="free-space-hint" aria-busy={isBusy()}>
        {t(isBusy() ? 'settings.storage.free.busy' : 'settings.storage.free')}
      </Button>
      <p class="field-hint" id="free-space-hint">
        {t('settings.storage.free.hint')}
      </p>
      <div role="status">
        <Show when={outcome()}>{(shown) => <Notice tone={shown().tone}>{shown().words}</Notice>}</Show>
      </div>
    </section>
  );
}
