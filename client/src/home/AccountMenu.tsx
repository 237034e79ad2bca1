import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import { createSignal, For, Show, type JSX } from 'solid-js';
import Check from 'lucide-solid/icons/check';
import LogOut from 'lucide-solid/icons/log-out';
import { useServices } from '../context/services.tsx';
import { isThemeChoice, THEME_CHOICES } from '../context/theme.ts';
import { t } from '../i18n/messages.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { SignOutDialog } from './SignOutDialog.tsx';

/** Who is signed in, the theme, and the way out. */
export function AccountMenu(props: { place: 'side' | 'bar' }): JSX.Element {
  const services = useServices();
  const [isLeaving, setLeaving] = createSignal(false);
  const user = () => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.user : undefined;
  };
  const isOnline = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.online;
  };
  const secondLine = (): string => (isOnline() ? (user()?.email ?? t('account.guest')) : t('account.offline'));
  return (
    <Show when={user()}>
      {(person) => (
        <>
          <DropdownMenu
            placement={props.place === 'side' ? 'top-start' : 'top-end'}
            gutter={8}
            preventScroll={false}
            modal={false}
          >
            <DropdownMenu.Trigger class={props.place === 'side' ? 'account-button' : 'bottom-item'}>
              <Avatar name={person().name} colour={person().colour} />
              <Show when={props.place === 'side'} fallback={<span>{t('account.short')}</span>}>
                <span class="account-text sidebar-label">
                  <span class="account-name">{person().name}</span>
                  <span class="account-line">{secondLine()}</span>
                </span>
              </Show>
              <span class="visually-hidden">{t('account.label')}</span>
            </DropdownMenu.Trigger>
            <DropdownMenu.Portal>
              <DropdownMenu.Content class="menu">
                <div class="menu-head">
                  <p class="account-name">{person().name}</p>
                  <p class="account-line">{secondLine()}</p>
                </div>
                <DropdownMenu.Separator class="menu-line" />
                <DropdownMenu.Group>
                  <DropdownMenu.GroupLabel class="menu-label">{t('account.theme')}</DropdownMenu.GroupLabel>
                  <DropdownMenu.RadioGroup
                    value={services.theme.choice()}
                    onChange={(value) => {
                      if (isThemeChoice(value)) services.theme.choose(value);
                    }}
                  >
                    <For each={THEME_CHOICES}>
                      {(choice) => (
                        <DropdownMenu.RadioItem value={choice} class="menu-item">
                          <span class="menu-check">
                            <DropdownMenu.ItemIndicator>
                              <Check class="icon" aria-hidden="true" />
                            </DropdownMenu.ItemIndicator>
                          </span>
                          {t(`account.theme.${choice}`)}
                        </DropdownMenu.RadioItem>
                      )}
                    </For>
                  </DropdownMenu.RadioGroup>
                </DropdownMenu.Group>
                <DropdownMenu.Separator class="menu-line" />
                <DropdownMenu.Item class="menu-item" onSelect={() => setLeaving(true)}>
                  <span class="menu-check">
                    <LogOut class="icon" aria-hidden="true" />
                  </span>
                  {t('account.signOut')}
                </DropdownMenu.Item>
              </DropdownMenu.Content>
            </DropdownMenu.Portal>
          </DropdownMenu>
          <SignOutDialog isOpen={isLeaving()} onOpenChange={setLeaving} isGuest={person().isGuest} />
        </>
      )}
    </Show>
  );
}
