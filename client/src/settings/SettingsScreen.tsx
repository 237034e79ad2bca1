import { A, useParams } from '@solidjs/router';
import { createMemo, createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { keepCurrentInView } from '../ui/keep-in-view.ts';
import { AboutSection } from './AboutSection.tsx';
import { AccountSection } from './AccountSection.tsx';
import { AppearanceSection } from './AppearanceSection.tsx';
import { DevicesSection } from './DevicesSection.tsx';
import { MembersSection } from './MembersSection.tsx';
import { NotificationsSection } from './NotificationsSection.tsx';
import { ProfileSection } from './ProfileSection.tsx';
import { isSection, sectionsFor, type Section } from './sections.ts';
import { StorageSection } from './StorageSection.tsx';
import './settings.css';

/** `/settings/:section`: one part at a time, the list of parts beside it (on phones above it). */
export function SettingsScreen(): JSX.Element {
  const params = useParams<{ section?: string }>();
  const services = useServices();
  const view = useWorkspace();
  const sections = createMemo(() => sectionsFor(services.accountState(), view.workspace()));
  const section = createMemo<Section>(() => {
    const wanted = params.section;
    return isSection(wanted) && sections().includes(wanted) ? wanted : 'profile';
  });
  const [nav, setNav] = createSignal<HTMLElement>();
  keepCurrentInView(nav, section);
  setPageTitle(() => `${t(`settings.section.${section()}`)} · ${t('settings.page')}`);
  return (
    <main class="settings" id="main" tabindex="-1">
      <header class="settings-top">
        <p class="eyebrow">{t('settings.heading')}</p>
        <Show when={section()} keyed>
          {(current) => (
            <h1 class="page-heading" tabindex="-1" ref={focusHeading}>
              {t(`settings.section.${current}`)}
            </h1>
          )}
        </Show>
      </header>
      <nav class="settings-nav" aria-label={t('settings.nav')}>
        <ul ref={setNav}>
          <For each={sections()}>
            {(entry) => (
              <li>
                <A
                  class="settings-link"
                  href={paths.settings(entry)}
                  aria-current={entry === section() ? 'page' : false}
                >
                  {t(`settings.section.${entry}`)}
                </A>
              </li>
            )}
          </For>
        </ul>
      </nav>
      <div class="settings-part">
        <Switch>
          <Match when={section() === 'profile'}>
            <ProfileSection />
          </Match>
          <Match when={section() === 'account'}>
            <AccountSection />
          </Match>
          <Match when={section() === 'devices'}>
            <DevicesSection />
          </Match>
          <Match when={section() === 'appearance'}>
            <AppearanceSection />
          </Match>
          <Match when={section() === 'storage'}>
            <StorageSection />
          </Match>
          <Match when={section() === 'notifications'}>
            <NotificationsSection />
          </Match>
          <Match when={section() === 'members'}>
            <MembersSection />
          </Match>
          <Match when={section() === 'about'}>
            <AboutSection />
          </Match>
        </Switch>
      </div>
    </main>
  );
}
