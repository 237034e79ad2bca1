/** Share dialog, members, join, sign-in and trying it without an account. */
export const peopleMessages = {
  'account.local': 'On this device only',
  'people.adopting': 'Moving your documents into your account: {done} of {total}',
  'people.local.signIn': 'Sign in or join',

  'people.upgrade.text':
    'With an account you can open your documents on other devices. You stay the same person: what you wrote keeps your name.',
  'people.upgrade.submit': 'Create account',
  'people.upgrade.done': 'Your account is ready.',

  'join.heading.workspace': 'Join {workspace}',
  'join.asAccount': 'Create an account instead',
  'join.asGuest': 'Join with a nickname instead',
  'join.account.submit': 'Create account and join',

  'signin.try': 'Try it on this device first',
  'signin.try.text': 'No account, no server: your documents stay in this browser until you sign in or join.',
  'signin.try.start': 'Start writing',
  'signin.resume': 'Continue on this device',
  'signin.local.heading': 'Take your documents along',
  'signin.local.lead': 'Sign in, or open an invitation in this browser: what you wrote here moves into your account.',
  'signin.local.back': 'Back to your documents',
  'signin.notice.device-revoked':
    'This device was removed from your account. Your documents are still here; sign in to open them.',
  'signin.notice.session-ended': 'Your session has ended. Your documents are still here; sign in to open them.',

  'settings.page': 'Settings',
  'settings.password.hint': 'At least 8 characters. A long phrase is better than a short riddle.',
} as const;
