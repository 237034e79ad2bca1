/** What every screen may use, in one context: the client core, the theme and the live region. */
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import {
  createContext,
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  useContext,
  type Accessor,
  type JSX,
} from 'solid-js';
import type { Account, AccountState } from '../auth/types.ts';
import type { AppUpdates } from '../register-sw.ts';
import type { Rooms } from '../room/types.ts';
import { fromEvents } from './from-events.ts';
import { createTheme, type ThemeControl } from './theme.ts';

/** What the entry point hands in; `room/services.ts` makes it. */
export interface ClientCore {
  readonly account: Account;
  readonly updates: AppUpdates;
  /** Opens the rooms of the account signed in now. The app closes them when the account changes. */
  loadRooms(): Promise<Rooms>;
}

export interface Services {
  readonly account: Account;
  readonly accountState: Accessor<AccountState>;
  /** Rooms of the signed-in account; undefined until loaded and while signed out. */
  readonly rooms: Accessor<Rooms | undefined>;
  readonly updates: AppUpdates;
  readonly theme: ThemeControl;
  /** Text of the one polite live region. */
  readonly announcement: Accessor<string>;
  announce(text: string): void;
  /** The workspace last looked at, for documents, whose address names none. */
  readonly workspace: Accessor<WorkspaceId | undefined>;
  setWorkspace(workspace: WorkspaceId): void;
}

const ServicesContext = createContext<Services>();

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new TypeError('useServices outside ServicesProvider');
  return services;
}

export function ServicesProvider(props: { core: ClientCore; children: JSX.Element }): JSX.Element {
  // The core is created once per page.
  // eslint-disable-next-line solid/reactivity
  const core = props.core;
  const accountState = fromEvents(
    (listener) => core.account.on('change', listener),
    () => core.account.state,
  );
  const userId = createMemo(() => {
    const state = accountState();
    return state.kind === 'signed-in' ? state.user.id : undefined;
  });
  const rooms = createRooms(userId, () => core.loadRooms());
  const [announcement, announce] = createSignal('', { equals: false });
  const [chosen, setWorkspace] = createSignal<WorkspaceId>();
  const workspace = createMemo(() => {
    const state = accountState();
    if (state.kind !== 'signed-in') return undefined;
    return (state.workspaces.find((known) => known.id === chosen()) ?? state.workspaces[0])?.id;
  });
  const services: Services = {
    account: core.account,
    accountState,
    rooms,
    updates: core.updates,
    theme: createTheme(),
    announcement,
    announce,
    workspace,
    setWorkspace,
  };
  return <ServicesContext.Provider value={services}>{props.children}</ServicesContext.Provider>;
}

function createRooms(userId: Accessor<string | undefined>, load: () => Promise<Rooms>): Accessor<Rooms | undefined> {
  const [rooms, setRooms] = createSignal<Rooms>();
  const [failure, setFailure] = createSignal<{ readonly error: unknown }>();
  createEffect(
    on(userId, (id) => {
      setRooms(undefined);
      if (id === undefined) return;
      let isCurrent = true;
      let opened: Rooms | undefined;
      onCleanup(() => {
        isCurrent = false;
        void opened?.close();
      });
      load().then(
        (loaded) => {
          opened = loaded;
          if (isCurrent) setRooms(loaded);
          else void loaded.close();
        },
        // Signing out while they load is no failure.
        (error: unknown) => isCurrent && setFailure({ error }),
      );
    }),
  );
  // Thrown inside a computation, so that the error boundary shows it.
  createEffect(() => {
    const failed = failure();
    if (failed !== undefined) throw failed.error;
  });
  return rooms;
}
