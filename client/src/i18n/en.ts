/** Every sentence the client shows, in English. `{name}` marks a value; plural entries follow Intl.PluralRules categories. */
import { ERROR_CODES, textOf, type ErrorCode } from '@vicinal/shared/app-error.ts';
import type { editorMessages } from '../editor/messages.ts';
import type { editorToolMessages } from '../editor/tools/messages.ts';
import { homeMessages } from './en/home.ts';
import type { laterMessages } from './en/later.ts';
import { peopleMessages } from './en/people.ts';
import { pwaMessages } from './en/pwa.ts';
import { syncMessages } from './en/sync.ts';

export interface PluralMessage {
  readonly one: string;
  readonly other: string;
}
export type Message = string | PluralMessage;

type ErrorMessages = { readonly [Code in ErrorCode as `error.${Code}`]: string };
// fromEntries forgets literal keys; the list above is exactly the code union.
const errors = Object.fromEntries(
  ERROR_CODES.map((code) => [`error.${code}`, textOf(code)]),
) as unknown as ErrorMessages;

export const en = {
  ...errors,
  ...homeMessages,
  ...peopleMessages,
  ...syncMessages,
  ...pwaMessages,

  'app.title': '{page} · Vicinal',
  'app.skip': 'Skip to content',
  'app.close': 'Close',
  'app.backHome': 'Back to your documents',
  'app.reload': 'Reload',
  'app.update': 'A new version is ready',

  'time.now': 'just now',

  'key.ctrl': 'Ctrl',
  'key.shift': 'Shift',
  'key.enter': 'Enter',

  'device.name': '{browser} on {system}',

  'field.show': 'Show',
  'field.hide': 'Hide',
  'field.required': 'Please fill this in.',
  'field.email.invalid': 'This does not look like an e-mail address.',
  'field.password.short': 'At least 8 characters, please.',

  'setup.page': 'Set up',
  'setup.heading': 'Set up your workspace',
  'setup.lead':
    'A place to write together. Words travel straight from one browser to the next, and you decide who gets in.',
  'setup.fact.direct.title': 'Straight between devices',
  'setup.fact.direct.text': 'Edits go directly from browser to browser, encrypted on the way.',
  'setup.fact.offline.title': 'Yours, also offline',
  'setup.fact.offline.text': 'Every document you open stays on your device and keeps working without a network.',
  'setup.fact.archive.title': 'Kept by your own archive',
  'setup.fact.archive.text': 'Your organization’s archive holds a copy, so nobody needs to stay online.',
  'setup.form': 'Your account and workspace',
  'setup.name': 'Your name',
  'setup.name.hint': 'Shown to the people you write with.',
  'setup.email': 'E-mail',
  'setup.password': 'Password',
  'setup.password.hint': 'At least 8 characters. A few unrelated words are stronger than one clever one.',
  'setup.workspace': 'Workspace name',
  'setup.workspace.hint': 'Your team, family or company.',
  'setup.submit': 'Create workspace',
  'setup.submitting': 'Creating…',
  'setup.noToken.heading': 'This set-up link is incomplete',
  'setup.noToken.text':
    'Open the whole link printed in the terminal where Vicinal was started. To print a new one, run:',

  'signin.page': 'Sign in',
  'signin.heading': 'Sign in',
  'signin.lead': 'Welcome back. Your documents are waiting.',
  'signin.lead.return': 'Sign in to open the document.',
  'signin.email': 'E-mail',
  'signin.password': 'Password',
  'signin.submit': 'Sign in',
  'signin.submitting': 'Signing in…',
  'signin.guest': 'Came with a link? Open it again in this browser: no account is needed to join a document.',
  'signin.forgot': 'Forgot the password? Whoever runs this server can make a new one:',
  'signin.notSetUp.heading': 'Nobody has set this up yet',
  'signin.notSetUp.text':
    'Open the set-up link printed in the terminal where Vicinal was started. To print a new one, run:',
  'signin.unreachable':
    'The server cannot be reached right now, so signing in is not possible. This page tries again by itself.',

  'join.page': 'Join',
  'join.heading': 'Join a document',
  'join.lead': '{workspace} invites you to write in one of its documents.',
  'join.lead.viewer': '{workspace} invites you to read one of its documents.',
  'join.lead.member': 'You are invited to join {workspace} as a member.',
  'join.lead.commenter': '{workspace} invites you to read and discuss one of its documents.',
  'join.nickname': 'Nickname',
  'join.nickname.hint': 'What others will see next to your cursor. No account needed.',
  'join.submit': 'Join',
  'join.submitAs': 'Join as {name}',
  'join.submitting': 'Joining…',
  'join.haveAccount': 'Have an account here?',
  'join.signIn': 'Sign in first',
  'join.invalid.heading': 'This link does not work any more',
  'join.invalid.text':
    'It may have expired, been used up or been taken back. Ask the person who sent it for a new one.',
  'join.incomplete.heading': 'This invitation is incomplete',
  'join.incomplete.text':
    'Part of the link is missing. Copy the whole address from the message you got and open it again.',
  'join.unreachable.heading': 'The server cannot be reached',
  'join.unreachable.text': 'Joining for the first time needs the server. Check your connection and try again.',
  'join.retry': 'Try again',

  'home.page': 'Documents',
  'home.documents': 'Documents',
  'home.new': 'New document',
  'home.nav': 'Documents and account',
  'home.empty.heading': 'A quiet place to start',
  'home.empty.text': 'Documents you create appear here, on every device you sign in on. They open offline too.',
  'home.empty.guest.heading': 'Nothing opened yet',
  'home.empty.guest.text': 'Documents that you join through a link appear here. Open the link you were sent to begin.',
  'home.guest.lead': 'Documents you joined in {workspace}',
  'home.untitled': 'Untitled',
  'home.edited': 'Edited {time}',
  'home.count': { one: '{count} document', other: '{count} documents' },
  'home.all': 'All documents',

  'inbox.page': 'Inbox',
  'inbox.unread': 'unread',

  'account.label': 'Account and settings',
  'account.short': 'You',
  'account.guest': 'Guest',
  'account.offline': 'Signed in · server unreachable',
  'account.local.workspace': 'On this device',
  'account.theme': 'Theme',
  'account.theme.system': 'System',
  'account.theme.light': 'Light',
  'account.theme.dark': 'Dark',
  'account.signOut': 'Sign out…',

  'document.text': 'Document text',
  'document.title': 'Document title',
  'document.untitled': 'Untitled',
  'document.viewOnly': 'View only',
  'document.viewOnly.reason': 'You may read this document but not change it.',
  'document.share': 'Share',
  'document.share.denied': 'Only people who may edit can share this document.',
  'document.loadingEditor': 'Opening the document…',
  'document.denied.page': 'No access',
  'document.denied.heading': 'You have no access to this document',
  'document.denied.text':
    'It may have been deleted, or it is open to other people only. Whoever sent you here can share it with you through a link.',
  'document.denied.as': 'You are signed in as {name}.',
  'document.denied.request': 'Request access',
  'document.denied.requested':
    'Whoever owns it, if there is such a document, was asked. Open this address again once you are let in.',
  'document.denied.switch': 'Use another account',
  'document.waiting.heading': 'Not on this device yet',
  'document.waiting.text':
    'It appears here by itself as soon as the archive or a device that has it can be reached. You can leave this page open.',
  'document.failed.heading': 'This document cannot be read on this device',
  'document.failed.text':
    'Nothing is written to it here until that is solved, so nothing more can be lost. Other devices and the archive are not affected.',
  'document.failed.reason': 'Reason: {reason}',
  'document.export': 'Export a copy',
  'document.banner.notSaved': 'The last changes could not be saved on this device.',
  'document.banner.notSaved.text':
    'Export a copy now, then free up space on this device. Keep this page open until then.',
  'document.banner.updateNeeded': 'A newer version of Vicinal wrote this document.',
  'document.banner.updateNeeded.text': 'You can read it. Reload to get the version that may change it.',
  'document.banner.accessRemoved': 'Your access was removed.',
  'document.banner.accessRemoved.text':
    'The copy on this device is yours to read and export. New changes no longer arrive.',

  'people.label': { one: 'People here: {count}', other: 'People here: {count}' },
  'people.heading': 'Who is here',
  'people.alone': 'Only you. Share the document to write together.',
  'people.you': '{name} (you)',
  'people.more': '+{count}',
  'people.joined': '{names} joined.',
  'people.left': '{names} left.',

  'role.owner': 'Owner',
  'role.editor': 'Can edit',
  'role.commenter': 'Can comment',
  'role.viewer': 'Can view',
  'role.archiver': 'Archive',

  'sync.label': 'Sync status: {status}',
  'sync.archived': 'Up to date · in the archive',
  'sync.replicated': {
    one: 'Up to date on {count} device · not archived',
    other: 'Up to date on {count} devices · not archived',
  },
  'sync.local': 'Saved on this device only',
  'sync.syncing': { one: 'Syncing · {count} change', other: 'Syncing · {count} changes' },
  'sync.catchingUp': 'Catching up…',
  'sync.offline': 'Offline · changes are kept on this device',
  'sync.signalingDown': {
    one: 'Connected to {count} device · connection service unreachable',
    other: 'Connected to {count} devices · connection service unreachable',
  },
  'sync.signalingDown.archive': 'Connected to the archive · connection service unreachable',
  'sync.notSaved': 'Not saved',
  'sync.updateNeeded': 'Update needed',
  'sync.accessRemoved': 'Access removed · your copy is read-only',

  'sync.panel.heading': 'Where this document is',
  'sync.panel.device': 'This device',
  'sync.panel.device.saved': 'Everything you wrote is saved here.',
  'sync.panel.device.notSaved': 'The last changes are not saved.',
  'sync.panel.device.since': 'On this device only since {time}.',
  'sync.panel.device.pending': {
    one: '{count} change awaits acknowledgement.',
    other: '{count} changes await acknowledgement.',
  },
  'sync.panel.storage': 'Storage used',
  'sync.panel.storage.value': '{used} of {quota}',
  'sync.panel.protected': 'Protected from cleanup: {answer}',
  'sync.panel.protected.yes': 'yes',
  'sync.panel.protected.no': 'no',
  'sync.panel.protected.no.hint': 'The browser may delete local data when space runs out.',
  'sync.panel.people': 'People and devices',
  'sync.panel.people.none': 'No other device is connected right now.',
  'sync.panel.path.direct': 'direct',
  'sync.panel.path.relayed': 'relayed',
  'sync.panel.path.unknown': 'connecting',
  'sync.panel.rtt': '{ms} ms',
  'sync.panel.yourOther': '{name} (another device of yours)',
  'sync.panel.archive': 'Archive',
  'sync.panel.archive.none': 'No archive has confirmed this document yet.',
  'sync.panel.archive.connected': 'Connected',
  'sync.panel.archive.away': 'Not connected now',
  'sync.panel.archive.receipt': 'Last receipt {time}',
  'sync.panel.durability.memory': 'held in memory',
  'sync.panel.durability.device': 'stored on a device',
  'sync.panel.durability.archive-os': 'stored, not yet forced to disk',
  'sync.panel.durability.archive-disk': 'stored on disk',
  'sync.panel.service': 'Connection service',
  'sync.panel.service.open': 'Connected',
  'sync.panel.service.connecting': 'Connecting…',
  'sync.panel.service.down': 'Unreachable. People who are already connected carry on.',

  'notfound.page': 'Not found',
  'notfound.heading': 'There is nothing at this address',
  'notfound.text': 'The address may have been cut off when it was copied.',

  'download.menu': 'Download or print',
  'download.markdown': 'Download as Markdown',
  'download.html': 'Download as HTML',
  'download.print': 'Print',
  'info.open': 'Info',
  'shortcuts.heading': 'Keyboard shortcuts',

  'crash.page': 'Something went wrong',
  'crash.heading': 'This page stopped working',
  'crash.text': 'What you wrote is kept on this device. Reloading usually helps.',
  'crash.details': 'Technical details',

  'unsupported.page': 'Cannot run here',
  'unsupported.insecure.heading': 'This address is not secure enough',
  'unsupported.insecure.text':
    'Vicinal encrypts and signs everything in your browser. Browsers allow that only on https addresses and on localhost, and this page came over plain http from {host}.',
  'unsupported.insecure.fix':
    'Open the https address of this server, or use http://localhost on the computer it runs on.',
  'unsupported.crypto.heading': 'This browser is too old for secure syncing',
  'unsupported.crypto.text':
    'Vicinal signs every change with Ed25519 keys that never leave the device, and this browser cannot do that.',
  'unsupported.crypto.fix':
    'Current versions of Chrome, Edge, Firefox and Safari can. Update this one or open the link in another.',
  'unsupported.storage.heading': 'This browser does not let pages store data',
  'unsupported.storage.text':
    'Documents live on your device, so Vicinal needs IndexedDB, which is switched off here. Private windows and strict settings can be the cause.',
  'unsupported.storage.fix': 'Allow site data for this address, or open it in an ordinary window.',
} as const satisfies Record<string, Message>;

export type MessageKey =
  | keyof typeof en
  | keyof typeof laterMessages
  | keyof typeof editorMessages
  | keyof typeof editorToolMessages;
