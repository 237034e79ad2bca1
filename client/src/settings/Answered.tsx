import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { createMemo, Match, Switch, type JSX } from 'solid-js';
import { errorText, t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Delayed } from '../ui/Delayed.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextSkeleton } from '../ui/Skeleton.tsx';

/** What the server answered: shown, awaited, or the reason why not with a way to ask again. */
export function Answered<T>(props: {
  result: Result<T, AppError> | undefined;
  onRetry: () => void;
  children: (value: () => T) => JSX.Element;
}): JSX.Element {
  const value = createMemo(() => (props.result?.ok === true ? { found: props.result.value } : undefined));
  const error = createMemo(() => (props.result?.ok === false ? props.result.error : undefined));
  return (
    <Switch
      fallback={
        <Delayed>
          <TextSkeleton />
        </Delayed>
      }
    >
      <Match when={value()}>{(known) => props.children(() => known().found)}</Match>
      <Match when={error()}>
        {(failed) => (
          <div class="settings-failed">
            <Notice tone="warn">{failed().code === 'network' ? t('settings.offline') : errorText(failed())}</Notice>
            <Button onClick={() => props.onRetry()}>{t('settings.retry')}</Button>
          </div>
        )}
      </Match>
    </Switch>
  );
}
