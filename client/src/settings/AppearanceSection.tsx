import { createSignal, Show, type JSX } from 'solid-js';
import { isOffForUser, setOffForUser } from '../assist/own-switch.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { useServices } from '../context/services.tsx';
import { THEME_CHOICES } from '../context/theme.ts';
import { chooseLanguage, LANGUAGES } from '../i18n/languages.ts';
import { language, t } from '../i18n/messages.ts';
import { SelectField } from '../ui/SelectField.tsx';

/** Theme, language and whether the assistant is shown, kept in this browser. */
export function AppearanceSection(): JSX.Element {
  const services = useServices();
  const self = (): UserId | undefined => {
    const state = services.accountState();
    return state.kind === 'signed-in' && !state.isLocal ? state.user.id : undefined;
  };
  const [isOff, setOff] = createSignal(isOffForUser(self()));
  return (
    <div class="form">
      <SelectField
        label={t('settings.theme')}
        value={services.theme.choice()}
        options={THEME_CHOICES.map((value) => ({ value, label: t(`account.theme.${value}`) }))}
        onValue={(choice) => services.theme.choose(choice)}
      />
      <Show when={LANGUAGES.length > 1}>
        <SelectField
          label={t('settings.language')}
          value={language()}
          options={LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name }))}
          onValue={(tag) => {
            chooseLanguage(tag);
            location.reload();
          }}
        />
        <p class="field-hint">{t('settings.language.hint')}</p>
      </Show>
      <Show when={self()}>
        {(user) => (
          <SelectField
            label={t('settings.assist')}
            value={isOff() ? 'off' : 'on'}
            options={(['on', 'off'] as const).map((value) => ({ value, label: t(`settings.assist.${value}`) }))}
            onValue={(value) => {
              setOffForUser(user(), value === 'off');
              setOff(value === 'off');
            }}
          />
        )}
      </Show>
    </div>
  );
}
