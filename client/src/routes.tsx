/** The one route table. Screens after sign-in are chunks of their own. */
import type { RouteDefinition } from '@solidjs/router';
import { lazy } from 'solid-js';
import { NotFoundScreen } from './app/NotFoundScreen.tsx';
import { StartScreen } from './app/StartScreen.tsx';

const SignInScreen = lazy(() =>
  import('./setup/SignInScreen.tsx').then((module) => ({ default: module.SignInScreen })),
);
const SetUpScreen = lazy(() => import('./setup/SetUpScreen.tsx').then((module) => ({ default: module.SetUpScreen })));
const Shell = lazy(() => import('./app/Shell.tsx').then((module) => ({ default: module.Shell })));
const HomeScreen = lazy(() => import('./home/HomeScreen.tsx').then((module) => ({ default: module.HomeScreen })));
const DocumentScreen = lazy(() =>
  import('./document/DocumentScreen.tsx').then((module) => ({ default: module.DocumentScreen })),
);
const SettingsScreen = lazy(() =>
  import('./settings/SettingsScreen.tsx').then((module) => ({ default: module.SettingsScreen })),
);
const InboxScreen = lazy(() => import('./inbox/InboxScreen.tsx').then((module) => ({ default: module.InboxScreen })));
const NewDocumentScreen = lazy(() =>
  import('./app/NewDocumentScreen.tsx').then((module) => ({ default: module.NewDocumentScreen })),
);
const SearchScreen = lazy(() =>
  import('./search/SearchScreen.tsx').then((module) => ({ default: module.SearchScreen })),
);
/** Whoever joins goes on into a document: its chunks arrive while the nickname is being typed. */
const JoinScreen = lazy(async () => {
  const { JoinScreen: screen } = await import('./join/JoinScreen.tsx');
  setTimeout(
    () => void Promise.allSettled([Shell.preload(), DocumentScreen.preload(), import('./room/open-rooms.ts')]),
  );
  return { default: screen };
});

export const routes: RouteDefinition[] = [
  { path: '/', component: StartScreen },
  { path: '/sign-in', component: SignInScreen },
  { path: '/setup', component: SetUpScreen },
  { path: '/join', component: JoinScreen },
  {
    path: '/',
    component: Shell,
    children: [
      { path: '/new', component: NewDocumentScreen },
      { path: '/search', component: SearchScreen },
      { path: '/w/:workspace', component: HomeScreen },
      { path: '/d/:room', component: DocumentScreen },
      { path: '/inbox', component: InboxScreen },
      { path: '/settings/:section?', component: SettingsScreen },
    ],
  },
  { path: '*rest', component: NotFoundScreen },
];
