/** The same editor over each peer's unmodified provider; `#PROVIDER/PORT/ROOM` says which. */
import { HocuspocusProvider } from '@hocuspocus/provider';
import { Editor } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import StarterKit from '@tiptap/starter-kit';
import { WebrtcProvider } from 'y-webrtc';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

const ydoc = new Y.Doc();
const element = document.querySelector('#editor');
if (element === null) throw new TypeError('index.html has #editor');
const editor = new Editor({
  element,
  extensions: [StarterKit.configure({ undoRedo: false }), Collaboration.configure({ document: ydoc })],
});
const [name = '', port = '', room = 'bench'] = location.hash.slice(1).split('/');
const url = `ws://127.0.0.1:${port}`;

function connect(): { destroy(): void } {
  switch (name) {
    case 'y-webrtc':
      // Its default asks public STUN servers, which one host does not need.
      return new WebrtcProvider(room, ydoc, { signaling: [url], peerOpts: { config: { iceServers: [] } } });
    case 'y-webrtc-default':
      return new WebrtcProvider(room, ydoc, { signaling: [url] });
    case 'y-websocket':
      return new WebsocketProvider(url, room, ydoc);
    case 'hocuspocus':
      return new HocuspocusProvider({ url, name: room, document: ydoc });
    default:
      throw new TypeError(`no provider ${name}`);
  }
}
const provider = connect();
window.addEventListener('pagehide', () => {
  provider.destroy();
  editor.destroy();
});
