import { render } from 'solid-js/web';
import { App } from './app/App.tsx';
import { ErrorScreen } from './app/ErrorScreen.tsx';
import { findSupportProblem } from './app/support.ts';
import { UnsupportedScreen } from './app/UnsupportedScreen.tsx';
import { watchInstall } from './context/install.ts';
import { loadLanguage } from './i18n/languages.ts';
import { createServices } from './room/services.ts';
import './styles/all.css';

async function start(root: HTMLElement): Promise<void> {
  watchInstall(window);
  await loadLanguage();
  const problem = await findSupportProblem();
  if (problem !== undefined) {
    render(() => <UnsupportedScreen problem={problem} />, root);
    return;
  }
  const core = createServices(window);
  render(() => <App core={core} />, root);
}

const root = document.getElementById('app');
if (root === null) throw new TypeError('index.html lacks #app');
start(root).catch((error: unknown) => render(() => <ErrorScreen error={error} />, root));
