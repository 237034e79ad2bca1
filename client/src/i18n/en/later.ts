/** What only screens behind a step say: signing out, leaving, removing, storage. It comes with their chunks. */
import { assistMessages } from './assist.ts';
import { notifyMessages } from './notify.ts';
import { settingsMessages } from './settings.ts';
import { shareMessages } from './share.ts';

export const laterMessages = {
  'incoming.discard': 'Discard',
  'incoming.heading': 'Make a document of this?',
  'incoming.none.heading': 'There is nothing here',
  'incoming.none.text': 'What was shared could not be kept, or was taken already. Share it once more.',
  'incoming.page': 'Shared with Vicinal',
  'incoming.text': 'Another app shared this with Vicinal.',
  'incoming.tooLarge':
    'What was shared is too large: at most 20 files of 20 MB in all, and a million characters of text.',
  ...assistMessages,
  ...notifyMessages,
  ...settingsMessages,
  ...shareMessages,

  'settings.storage.used': 'Used in this browser',
  'settings.storage.protected': 'Protected from cleanup',
  'settings.storage.protected.yes': 'Yes',
  'settings.storage.protected.no': 'No',
  'settings.storage.protected.hint':
    'The browser may remove documents when space runs low. It decides by itself whether to protect them; installing the app helps.',
  'settings.storage.free': 'Remove offline copies of archived documents',
  'settings.storage.free.hint':
    'Documents that the archive holds whole, and that are neither pinned, open, nor opened here in the last 7 days. They are fetched again when you open them.',
  'settings.storage.free.busy': 'Removing copies…',
  'settings.storage.free.done': {
    one: 'The offline copy of {count} document was removed.',
    other: 'Offline copies of {count} documents were removed.',
  },
  'settings.storage.free.none':
    'Nothing was removed: every document on this device is pinned, open, opened lately, or not wholly in the archive.',
  'settings.storage.free.failed': 'The copies could not be removed. Try again later.',
  'settings.storage.kept': 'Other accounts kept in this browser',
  'settings.storage.kept.text': 'Their documents stay here, closed, until they are removed.',
  'settings.storage.kept.remove': 'Remove data',
  'settings.storage.kept.remove.named': 'Remove data: {name}',
  'settings.storage.kept.confirm': 'Remove for good?',
  'settings.storage.kept.warning':
    'What {name} wrote here and no other device or archive has yet would be lost. There is no way back.',
  'settings.storage.kept.cancel': 'Keep',
  'settings.storage.kept.removed': 'The data of {name} was removed.',
  'settings.storage.kept.used': 'Last used {time}',

  'signout.heading': 'Sign out of this browser?',
  'signout.text': 'Choose what happens to the documents kept on this device.',
  'signout.keep': 'Keep',
  'signout.keep.text':
    'Documents stay here and sync again when you sign in. No other account is shown them in the app, but someone with developer tools in this browser profile could read them.',
  'signout.remove': 'Remove',
  'signout.remove.text':
    'Everything of your account is deleted from this browser. Changes that never reached the archive or another device are lost.',
  'signout.remove.guest':
    'You are here as a guest without a password: to come back you need a new link, and will count as a new person.',
  'signout.busy': 'Signing out…',

  'signout.remove.guest.text':
    'Your copies are deleted from this browser. Changes that never reached the archive or another device are lost.',
  'signout.keep.guest.text':
    'A copy stays in this browser, closed. Guests have no password to open it with: create an account first if you want to come back.',
  'signout.sure.guest': 'Delete your copies? To come back you need a new link, and will count as a new person.',
  'signout.local.text': 'Your documents are in this browser and nowhere else. Choose what happens to them.',
  'signout.keep.local.text':
    'Documents stay here. “Continue on this device” on the sign-in page opens them again, for whoever uses this browser.',
  'signout.remove.local.text': 'Everything you wrote here is deleted. There is no other copy.',
  'signout.sure.local': 'Delete everything you wrote here? There is no other copy and no way back.',
  'signout.sure': 'Delete for good',
  'signout.back': 'Back',

  'leave.question':
    'You leave {workspace} and lose access to its documents on all your devices. To come back you need a new invitation.',
  'leave.confirm': 'Leave now',
  'leave.stay': 'Stay',
  'leave.done': 'You left {workspace}.',
  'remove.member':
    'Remove {name} from {workspace}? They stop receiving changes. Copies already on their devices stay there. To come back they need a new invitation.',
  'remove.access':
    'Remove {name} from this document? They stop receiving changes. Copies already on their devices stay there. Links made by {name} stop working, also for people who came through them.',
  'remove.device':
    'Remove {device}? It is signed out at once and receives nothing new. Copies already on it stay there. This cannot be undone.',
  'remove.confirm': 'Yes, remove',
  'remove.keep': 'Keep',
  'remove.links': 'Links made by {name} do not work any more, also for people who came through them.',
  'share.given': 'Your own access ends {time}, and this link ends with it.',

  'noWorkspace.page': 'No workspace',
  'noWorkspace.heading': 'You belong to no workspace',
  'noWorkspace.text': 'You left it, or somebody removed you. Open an invitation link to join one, or sign out.',
} as const;
