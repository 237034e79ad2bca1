/** Every screen without a server: the scene comes from `localStorage`. An entry of its own, never part of the product. */
import { render } from 'solid-js/web';
import { App } from '../app/App.tsx';
import { ErrorScreen } from '../app/ErrorScreen.tsx';
import { UnsupportedScreen } from '../app/UnsupportedScreen.tsx';
import { createFixtureCore, DEFAULT_SCENE, type Scene } from './fixture-core.ts';
import '../styles/all.css';

const stored: unknown = JSON.parse(localStorage.getItem('gallery.scene') ?? '{}');
const scene: Scene = { ...DEFAULT_SCENE, ...(stored as Partial<Scene>) }; // Written by the test that opens the page.
const page = localStorage.getItem('gallery.page');
const root = document.getElementById('app');
if (root !== null) {
  render(() => {
    if (page === 'crash') return <ErrorScreen error={new Error('example')} />;
    if (page === 'insecure' || page === 'crypto' || page === 'storage') return <UnsupportedScreen problem={page} />;
    return <App core={createFixtureCore(scene, () => Date.now())} />;
  }, root);
}
