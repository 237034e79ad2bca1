import type { JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import { Stage } from '../ui/Stage.tsx';
import { setPageTitle } from '../context/navigation.ts';
import type { SupportProblem } from './support.ts';

/** Says why nothing can run here and what to do about it. */
export function UnsupportedScreen(props: { problem: SupportProblem }): JSX.Element {
  setPageTitle(() => t('unsupported.page'));
  return (
    <Stage
      heading={t(`unsupported.${props.problem}.heading`)}
      lead={t(`unsupported.${props.problem}.text`, { host: location.host })}
    >
      <p class="stage-note">{t(`unsupported.${props.problem}.fix`)}</p>
    </Stage>
  );
}
