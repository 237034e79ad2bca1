/** Every screen without a server: the scene comes from `localStorage`. An entry of its own, never part of the product. */
import { render } from 'solid-js/web';
import { App } from '../app/App.tsx';
import { ErrorScreen } from '../app/ErrorScreen.tsx';
import { UnsupportedScreen } from '../app/UnsupportedScreen.tsx';
import { loadLanguage } from '../i18n/languages.ts';
import { editorMessages } from '../editor/messages.ts';
import { editorToolMessages } from '../editor/tools/messages.ts';
import { laterMessages } from '../i18n/en/later.ts';
import { en } from '../i18n/en.ts';
import { setCatalogue, t } from '../i18n/messages.ts';
import { createFixtureCore, DEFAULT_SCENE, type Scene } from './fixture-core.ts';
import { pseudoCatalogue } from './pseudo-catalogue.ts';
import '../styles/all.css';

const stored: unknown = JSON.parse(localStorage.getItem('gallery.scene') ?? '{}');
const scene: Scene = { ...DEFAULT_SCENE, ...(stored as Partial<Scene>) }; // Written by the test that opens the page.
const page = localStorage.getItem('gallery.page');
const root = document.getElementById('app');
await loadLanguage();
if (localStorage.getItem('gallery.pseudo') === '1')
  setCatalogue('en', pseudoCatalogue({ ...en, ...laterMessages, ...editorMessages, ...editorToolMessages }));
// tests look for sentences as this page shows them
Object.assign(globalThis, { gallerySentence: t });
if (root !== null) {
  render(() => {
    if (page === 'crash') return <ErrorScreen error={new Error('example')} />;
    if (page === 'insecure' || page === 'crypto' || page === 'storage') return <UnsupportedScreen problem={page} />;
    return <App core={createFixtureCore(scene, () => Date.now())} />;
  }, root);
}
