import { createMemo, Show, type JSX } from 'solid-js';
import { fromEvents } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import type { OfflineKeeping } from '../room/types.ts';
import { Modal } from '../ui/Modal.tsx';
import { SelectField } from '../ui/SelectField.tsx';
import { useOfflineCount } from './offline-count.ts';

/** More than anybody has: stands for "all". */
const ALL = 1_000_000;
const CHOICES = ['0', '50', '200', '500', 'all'] as const;
type Choice = (typeof CHOICES)[number];

const choiceOf = (limit: number): Choice =>
  CHOICES.find((choice) => choice !== 'all' && Number(choice) >= limit) ?? 'all';
const limitOf = (choice: Choice): number => (choice === 'all' ? ALL : Number(choice));

/** How many documents this device keeps, and how far it is. */
export function OfflineSetting(): JSX.Element {
  const services = useServices();
  return (
    <Show when={services.rooms()?.offline} keyed>
      {(offline) => <Setting offline={offline} />}
    </Show>
  );
}

function Setting(props: { offline: OfflineKeeping }): JSX.Element {
  // The parent makes a new component for every account.
  // eslint-disable-next-line solid/reactivity
  const { offline } = props;
  const limit = fromEvents(
    (listener) => offline.on('change', listener),
    () => offline.limit,
  );
  const count = useOfflineCount(offline);
  const choice = createMemo(() => choiceOf(limit()));
  const words = (): string => t('offline.kept', count());
  return (
    <section class="offline-setting">
      <SelectField
        label={t('offline.label')}
        value={choice()}
        options={CHOICES.map((value) => ({
          value,
          label:
            value === 'all'
              ? t('offline.all')
              : value === '0'
                ? t('offline.none')
                : t('offline.recent', { count: Number(value) }),
        }))}
        onValue={(value) => void offline.setLimit(limitOf(value))}
      />
      <p class="field-hint">{t('offline.hint')}</p>
      <div class="offline-progress">
        <progress class="progress" max={Math.max(1, count().wanted)} value={count().kept} aria-label={words()} />
        <p class="numeric offline-words">{words()}</p>
      </div>
    </section>
  );
}

export function OfflineDialog(props: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: (event: Event) => void;
}): JSX.Element {
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={t('offline.heading')}
      closeLabel={t('app.close')}
      onClosed={props.onClosed}
    >
      <OfflineSetting />
    </Modal>
  );
}
