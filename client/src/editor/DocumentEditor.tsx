import { createSignal, Match, onCleanup, onMount, Switch, type JSX } from 'solid-js';
import { systemClock } from '@vicinal/shared/clock.ts';
import { CONTENT_SCHEMA, contentBody, contentSchema, metaProps } from '@vicinal/shared/room/documents.ts';
import '../i18n/editor.ts';
import type { RoomSession } from '../room/types.ts';
import { BoundEditor } from './BoundEditor.tsx';
import { canBind } from './binding/document-binding.ts';
import { hideBareAddresses } from './print-addresses.ts';
import { ReadOnlyDocument } from './ReadOnlyDocument.tsx';
import './editor.css';

export interface DocumentEditorProps {
  session: RoomSession;
  theme: 'light' | 'dark';
  /** Id of the element that names the document. */
  labelledBy: string;
  autofocus?: boolean;
  /** Nothing is known of the document yet. */
  isHidden?: boolean;
}

/** Changes that arrive in a document shown read-only are looked at this often. */
const RECHECK_MS = 500;

/** The text of one document. Never writes by being opened, by receiving or by being closed. */
export function DocumentEditor(props: DocumentEditorProps): JSX.Element {
  // a document's session never changes under its editor; the document screen makes a new one per room
  const { session } = props;
  const body = contentBody(session.content);
  const schema = metaProps(session.meta);
  const isOlderThanContent = () => contentSchema(session.meta) > CONTENT_SCHEMA;
  const [isReadable, setIsReadable] = createSignal(!isOlderThanContent() && canBind(body));
  const [revision, setRevision] = createSignal(0);

  let cancel: (() => void) | undefined;
  const check = () => {
    cancel = undefined;
    setIsReadable(!isOlderThanContent() && canBind(body));
    setRevision((value) => value + 1);
  };
  const onBody = () => {
    // while it is bound, the binding itself notices what it cannot show
    if (!isReadable()) cancel ??= systemClock.after(RECHECK_MS, check);
  };
  schema.observe(check);
  body.observeDeep(onBody);
  onCleanup(() => {
    cancel?.();
    schema.unobserve(check);
    body.unobserveDeep(onBody);
  });

  let root!: HTMLDivElement; // assigned by ref before onMount runs
  onMount(() => onCleanup(hideBareAddresses(root)));

  return (
    <div
      class="document-editor"
      role="group"
      aria-labelledby={props.labelledBy}
      data-theme={props.theme}
      hidden={props.isHidden === true}
      ref={(element) => (root = element)}
    >
      <Switch>
        <Match when={isReadable()}>
          <BoundEditor session={session} autofocus={props.autofocus === true} onUnsupported={check} />
        </Match>
        <Match when={!isReadable()}>
          <ReadOnlyDocument body={body} revision={revision()} />
        </Match>
      </Switch>
    </div>
  );
}
