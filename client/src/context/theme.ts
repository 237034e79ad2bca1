/** The theme choice of this browser. `public/theme.js` applies the same rule before first paint. */
import { createSignal, onCleanup, type Accessor } from 'solid-js';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type Theme = 'light' | 'dark';

export const THEME_KEY = 'vicinal.theme';
const CANVAS: Readonly<Record<Theme, string>> = { light: '#F6F6F3', dark: '#121312' };

export const isThemeChoice = (value: unknown): value is ThemeChoice => THEME_CHOICES.some((choice) => choice === value);

export const resolveTheme = (choice: ThemeChoice, systemIsDark: boolean): Theme =>
  choice === 'system' ? (systemIsDark ? 'dark' : 'light') : choice;

export interface ThemeControl {
  readonly choice: Accessor<ThemeChoice>;
  readonly theme: Accessor<Theme>;
  choose(choice: ThemeChoice): void;
}

/** Follows the system and other tabs; lives as long as the owner that creates it. */
export function createTheme(): ThemeControl {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const [choice, setChoice] = createSignal<ThemeChoice>(storedChoice());
  const [systemIsDark, setSystemIsDark] = createSignal(system.matches);
  const theme = (): Theme => resolveTheme(choice(), systemIsDark());
  const apply = (): void => {
    document.documentElement.dataset['theme'] = theme();
    for (const meta of document.querySelectorAll('meta[name="theme-color"]'))
      meta.setAttribute('content', CANVAS[theme()]);
  };
  const onSystem = (): void => {
    setSystemIsDark(system.matches);
    apply();
  };
  const onStorage = (event: StorageEvent): void => {
    if (event.key !== THEME_KEY) return;
    setChoice(storedChoice());
    apply();
  };
  system.addEventListener('change', onSystem);
  window.addEventListener('storage', onStorage);
  onCleanup(() => {
    system.removeEventListener('change', onSystem);
    window.removeEventListener('storage', onStorage);
  });
  return {
    choice,
    theme,
    choose(next) {
      setChoice(next);
      try {
        localStorage.setItem(THEME_KEY, next);
      } catch {
        // Storage may be switched off; the choice then lasts for this page.
      }
      apply();
    },
  };
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return isThemeChoice(stored) ? stored : 'system';
  } catch {
    return 'system'; // Storage may be switched off.
  }
}
