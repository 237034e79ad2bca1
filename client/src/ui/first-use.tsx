/** Overlays whose library arrives when a person first reaches for one: until then a plain button stands in for it. */
import {
  createContext,
  createEffect,
  createSignal,
  mergeProps,
  Show,
  splitProps,
  useContext,
  type Component,
  type JSX,
} from 'solid-js';
import { Dynamic } from 'solid-js/web';

type AnyProps = Record<string, unknown>;
type AnyComponent = Component<AnyProps>;

interface RootProps extends AnyProps {
  readonly open?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly children?: JSX.Element;
}

interface StandIn {
  load(): void;
  use(): void;
}

export interface OverlayKind {
  /** What its trigger opens. */
  readonly popup: 'dialog' | 'menu';
  /** The parts inside `Portal`, by name. */
  readonly parts: readonly string[];
}

/**
 * A stand-in for one of Kobalte's overlays, with the same parts. The overlay behind it is loaded when its trigger is
 * pointed at or focused, and takes over, opened, when the trigger is pressed or `open` is set.
 */
export function createFirstUse<Overlay>(kind: OverlayKind, load: () => Promise<Overlay>): Overlay {
  const [overlay, setOverlay] = createSignal<AnyComponent & Record<string, AnyComponent>>();
  const StandInContext = createContext<StandIn>();
  let loading: Promise<void> | undefined;
  const ensure = (): Promise<void> =>
    (loading ??= load().then(
      (loaded) => {
        // every part of Kobalte's overlays is a component
        setOverlay(() => loaded as unknown as AnyComponent & Record<string, AnyComponent>);
      },
      () => {
        loading = undefined; // without network before the worker kept the file: the next press asks again
      },
    ));

  const Root = (props: RootProps): JSX.Element => {
    const [isUsed, setUsed] = createSignal(false);
    const standIn: StandIn = {
      load: () => void ensure(),
      use: () => {
        void ensure().then(() => {
          if (overlay() === undefined) return;
          setUsed(true);
          props.onOpenChange?.(true);
        });
      },
    };
    createEffect(() => {
      if (props.open === true && !isUsed()) void ensure().then(() => setUsed(overlay() !== undefined));
    });
    const opened = mergeProps({ defaultOpen: true }, props);
    return (
      <Show
        when={isUsed() && overlay()}
        fallback={<StandInContext.Provider value={standIn}>{props.children}</StandInContext.Provider>}
      >
        {(loaded) => <Dynamic component={loaded()} {...opened} />}
      </Show>
    );
  };
  const real = (name: string) => (props: AnyProps) => <Dynamic component={overlay()?.[name]} {...props} />;
  const RealTrigger = real('Trigger');
  const RealPortal = real('Portal');
  const Trigger = (props: AnyProps): JSX.Element => {
    const standIn = useContext(StandInContext);
    if (standIn === undefined) return <RealTrigger {...props} />;
    const [, rest] = splitProps(props, ['as']);
    const onKeyDown = (event: KeyboardEvent): void => {
      if (kind.popup !== 'menu' || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
      event.preventDefault();
      standIn.use();
    };
    return (
      <Dynamic
        component={(props['as'] as 'button' | undefined) ?? 'button'} // what Kobalte takes there: a tag or a component
        type="button"
        aria-haspopup={kind.popup}
        aria-expanded="false"
        {...rest}
        onPointerEnter={() => standIn.load()}
        onFocus={() => standIn.load()}
        onKeyDown={onKeyDown}
        onClick={() => standIn.use()}
      />
    );
  };
  const Portal = (props: AnyProps): JSX.Element =>
    useContext(StandInContext) === undefined ? <RealPortal {...props} /> : undefined;
  const parts = Object.fromEntries(kind.parts.map((name) => [name, real(name)]));
  return Object.assign(Root, { ...parts, Trigger, Portal }) as unknown as Overlay; // the same parts, rendered by the overlay itself
}
