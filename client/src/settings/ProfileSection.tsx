import { createSignal, For, Show, type JSX } from 'solid-js';
import Check from 'lucide-solid/icons/check';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { createForm } from '../setup/create-form.ts';
import { requiredProblem } from '../setup/credentials.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextField } from '../ui/TextField.tsx';

const COLOURS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
type Colour = (typeof COLOURS)[number];
const isColour = (value: number): value is Colour => COLOURS.some((colour) => colour === value);

/** Name and colour of this person. */
export function ProfileSection(): JSX.Element {
  const services = useServices();
  const state = services.accountState();
  const user = state.kind === 'signed-in' ? state.user : undefined;
  const [colour, setColour] = createSignal<Colour>(isColour(user?.colour ?? 5) ? ((user?.colour ?? 5) as Colour) : 5); // just asked
  const [isSaved, setSaved] = createSignal(false);
  const form = createForm({
    initial: { name: user?.name ?? '' },
    check: { name: requiredProblem },
    send: async ({ name }) => {
      const result = await services.account.updateProfile({ name: name.trim(), colour: colour() });
      setSaved(result.ok);
      if (result.ok) services.announce(t('settings.saved'));
      return result;
    },
  });
  return (
    <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
      <p class="settings-text">{t('settings.profile.text')}</p>
      <div class="profile-preview">
        <Avatar name={form.values.name} colour={colour()} size="large" />
        <TextField
          label={t('settings.profile.name')}
          value={form.values.name}
          error={form.problem('name')}
          onValue={(value) => {
            setSaved(false);
            form.set('name', value);
          }}
          autocomplete="name"
          maxlength={80}
          required
        />
      </div>
      <fieldset class="swatches">
        <legend class="field-label">{t('settings.profile.colour')}</legend>
        <div class="swatch-row">
          <For each={COLOURS}>
            {(choice) => (
              <label class={`swatch hue-${choice}`} title={t(`settings.profile.colour.${choice}`)}>
                <input
                  type="radio"
                  name="colour"
                  class="swatch-input"
                  aria-label={t(`settings.profile.colour.${choice}`)}
                  checked={choice === colour()}
                  onChange={() => {
                    setSaved(false);
                    setColour(choice);
                  }}
                />
                <Check class="icon swatch-check" aria-hidden="true" />
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
      <div class="settings-actions">
        <Button tone="primary" type="submit" aria-disabled={form.isBusy()}>
          {t('settings.save')}
        </Button>
        <Show when={isSaved()}>
          <span class="settings-done">{t('settings.saved')}</span>
        </Show>
      </div>
      <p class="field-hint">{t('settings.profile.later')}</p>
    </form>
  );
}
