import { Editor } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import StarterKit from '@tiptap/starter-kit';
import { WebrtcProvider } from 'y-webrtc';
import * as Y from 'yjs';

const ydoc = new Y.Doc();
const element = document.querySelector('#editor');
if (element === null) throw new TypeError('index.html has #editor');
const editor = new Editor({
  element,
  extensions: [StarterKit.configure({ undoRedo: false }), Collaboration.configure({ document: ydoc })],
});
const provider = new WebrtcProvider('bench', ydoc, {
  signaling: [`ws://127.0.0.1:${location.hash.slice(1)}`],
  // Its default asks public STUN servers, which one host does not need.
  peerOpts: { config: { iceServers: [] } },
});
window.addEventListener('pagehide', () => {
  provider.destroy();
  editor.destroy();
});
