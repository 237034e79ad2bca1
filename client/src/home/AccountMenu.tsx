import { DropdownMenu } from '../ui/dropdown-menu.ts';
import { useNavigate } from '@solidjs/router';
import { createSignal, For, lazy, Show, Suspense, type JSX } from 'solid-js';
import Check from 'lucide-solid/icons/check';
import LogIn from 'lucide-solid/icons/log-in';
import Keyboard from 'lucide-solid/icons/keyboard';
import LogOut from 'lucide-solid/icons/log-out';
import Settings from 'lucide-solid/icons/settings';
import { useServices } from '../context/services.tsx';
import { useShortcutsSheet } from '../context/shortcuts-sheet.ts';
import { isThemeChoice, THEME_CHOICES } from '../context/theme.ts';
import { t } from '../i18n/messages.ts';
import { InstallEntry } from '../install/InstallEntry.tsx';
import { paths } from '../paths.ts';
import { Avatar } from '../ui/Avatar.tsx';

const SignOutDialog = lazy(() => import('./SignOutDialog.tsx').then((module) => ({ default: module.SignOutDialog })));

/** Who is signed in, the theme, and the way out. */
export function AccountMenu(props: { place: 'side' | 'bar' }): JSX.Element {
  const services = useServices();
  const shortcuts = useShortcutsSheet();
  const [isLeaving, setLeaving] = createSignal(false);
  const [wasLeaving, setWasLeaving] = createSignal(false);
  const leave = (): void => {
    setWasLeaving(true);
    setLeaving(true);
  };
  const user = () => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.user : undefined;
  };
  const navigate = useNavigate();
  const isLocal = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.isLocal;
  };
  const isOnline = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.online;
  };
  const secondLine = (): string =>
    isLocal() ? t('account.local') : isOnline() ? (user()?.email ?? t('account.guest')) : t('account.offline');
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
                <InstallEntry />
                <DropdownMenu.Separator class="menu-line" />
                <Show when={isLocal()}>
                  <DropdownMenu.Item class="menu-item" onSelect={() => navigate(paths.signIn())}>
                    <span class="menu-check">
                      <LogIn class="icon" aria-hidden="true" />
                    </span>
                    {t('people.local.signIn')}
                  </DropdownMenu.Item>
                </Show>
                <DropdownMenu.Item class="menu-item" onSelect={() => navigate(paths.settings())}>
                  <span class="menu-check">
                    <Settings class="icon" aria-hidden="true" />
                  </span>
                  {t('settings.page')}
                </DropdownMenu.Item>
                <DropdownMenu.Item class="menu-item" onSelect={() => shortcuts?.setOpen(true)}>
                  <span class="menu-check">
                    <Keyboard class="icon" aria-hidden="true" />
                  </span>
                  {t('shortcuts.heading')}
                </DropdownMenu.Item>
                <DropdownMenu.Item class="menu-item" onSelect={leave}>
                  <span class="menu-check">
                    <LogOut class="icon" aria-hidden="true" />
                  </span>
                  {t('account.signOut')}
                </DropdownMenu.Item>
              </DropdownMenu.Content>
            </DropdownMenu.Portal>
          </DropdownMenu>
          <Suspense>
            <Show when={wasLeaving()}>
              <SignOutDialog isOpen={isLeaving()} onOpenChange={setLeaving} isGuest={person().isGuest} />
            </Show>
          </Suspense>
        </>
      )}
    </Show>
  );
}
