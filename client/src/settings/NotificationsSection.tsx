import type { PushTest } from '@vicinal/shared/http/notify.ts';
import { createResource, createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { createInboxCalls } from '../inbox/inbox-calls.ts';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { readPushState, turnPushOff, turnPushOn, type PushState } from '../push/push-device.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';

type Outcome = PushTest['results'][number];

/** Push on this device: asked for by a click, tried with a test, turned off again. */
export function NotificationsSection(): JSX.Element {
  const services = useServices();
  const calls = createInboxCalls(services.account.api);
  const [state, { refetch }] = createResource(services.rooms, ({ notifications }) => readPushState(notifications));
  const [isBusy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const [results, setResults] = createSignal<readonly Outcome[]>();

  const change = async (turn: typeof turnPushOn, done: string, unreachable: string): Promise<void> => {
    const device = services.account.deviceId;
    const memory = services.rooms()?.notifications;
    if (device === undefined || memory === undefined) return;
    setBusy(true);
    setFailure(undefined);
    setResults(undefined);
    const result = await turn(calls, device, memory);
    setBusy(false);
    if (result.ok) services.announce(done);
    else if (result.error.message === 'push service') setFailure(unreachable);
    else if (result.error.message !== 'notifications') setFailure(errorText(result.error));
    await refetch();
  };
  const test = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    const answer = await calls.testPush();
    setBusy(false);
    if (!answer.ok) return void setFailure(errorText(answer.error));
    setResults(answer.value.results);
    if (answer.value.results.length === 0) services.announce(t('notify.test.none'));
    for (const result of answer.value.results) services.announce(`${result.label}: ${wordsOf(result)}`);
  };
  return (
    <>
      <p class="settings-text">{t('notify.text')}</p>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Switch>
        <Match when={state.latest === 'unsupported'}>
          <Notice tone="info">{t('notify.unsupported')}</Notice>
        </Match>
        <Match when={state.latest === 'denied'}>
          <Notice tone="warn">{t('notify.denied')}</Notice>
        </Match>
        <Match when={isState(state.latest, 'off')}>
          <div class="settings-actions">
            <Button
              tone="primary"
              disabled={isBusy()}
              onClick={() => void change(turnPushOn, t('notify.turnedOn'), t('notify.unreachable'))}
            >
              {isBusy() ? t('notify.turningOn') : t('notify.on')}
            </Button>
          </div>
        </Match>
        <Match when={isState(state.latest, 'on')}>
          <p class="settings-text">{t('notify.isOn')}</p>
          <div class="settings-actions">
            <Button disabled={isBusy()} onClick={() => void test()}>
              {isBusy() ? t('notify.testing') : t('notify.test')}
            </Button>
            <Button
              tone="quiet"
              disabled={isBusy()}
              onClick={() => void change(turnPushOff, t('notify.turnedOff'), t('notify.unreachable'))}
            >
              {t('notify.off')}
            </Button>
          </div>
        </Match>
      </Switch>
      <Show when={results()}>
        {(list) => (
          <section aria-labelledby="notify-results">
            <h2 class="settings-heading" id="notify-results">
              {t('notify.test.results')}
            </h2>
            <Show when={list().length > 0} fallback={<p class="settings-text">{t('notify.test.none')}</p>}>
              <ul class="settings-list">
                <For each={list()}>
                  {(result) => (
                    <li class="settings-row">
                      <span class="settings-row-main">
                        <span class="settings-row-title">
                          {result.label}
                          <Show when={result.device === services.account.deviceId}>
                            <span class="settings-tag">{t('settings.devices.this')}</span>
                          </Show>
                        </span>
                        <span class="settings-row-facts">{wordsOf(result)}</span>
                      </span>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </section>
        )}
      </Show>
      <p class="settings-text">{t('notify.content')}</p>
    </>
  );
}

const isState = (state: PushState | undefined, wanted: PushState): boolean => state === wanted;

function wordsOf({ outcome, status }: Outcome): string {
  if (outcome !== 'refused') return t(`notify.test.${outcome}`);
  return status === undefined ? t('notify.test.refused.here') : t('notify.test.refused', { status: String(status) });
}
