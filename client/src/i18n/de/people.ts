/** Share dialog, members, join, sign-in and trying it without an account. */
import type { peopleMessages as english } from '../en/people.ts';
import type { Translation } from '../translation.ts';

export const peopleMessages: Translation<typeof english> = {
  'account.local': 'Nur auf diesem Gerät',
  'people.adopting': 'Deine Dokumente ziehen in dein Konto um: {done} von {total}',
  'people.local.signIn': 'Anmelden oder beitreten',

  'people.upgrade.text':
    'Mit einem Konto öffnest du deine Dokumente auch auf anderen Geräten. Du bleibst dieselbe Person: was du geschrieben hast, behält deinen Namen.',
  'people.upgrade.submit': 'Konto anlegen',
  'people.upgrade.done': 'Dein Konto ist bereit.',

  'join.heading.workspace': '{workspace} beitreten',
  'join.asAccount': 'Lieber ein Konto anlegen',
  'join.asGuest': 'Lieber mit Spitznamen beitreten',
  'join.account.submit': 'Konto anlegen und beitreten',

  'signin.try': 'Erst auf diesem Gerät ausprobieren',
  'signin.try.text':
    'Kein Konto, kein Server: deine Dokumente bleiben in diesem Browser, bis du dich anmeldest oder beitrittst.',
  'signin.try.start': 'Losschreiben',
  'signin.resume': 'Auf diesem Gerät weitermachen',
  'signin.local.heading': 'Nimm deine Dokumente mit',
  'signin.local.lead':
    'Melde dich an oder öffne eine Einladung in diesem Browser: was du hier geschrieben hast, zieht in dein Konto um.',
  'signin.local.back': 'Zurück zu deinen Dokumenten',
  'signin.notice.device-revoked':
    'Dieses Gerät wurde aus deinem Konto entfernt. Deine Dokumente sind noch hier; melde dich an, um sie zu öffnen.',
  'signin.notice.session-ended':
    'Deine Sitzung ist beendet. Deine Dokumente sind noch hier; melde dich an, um sie zu öffnen.',

  'settings.page': 'Einstellungen',
  'settings.password.hint': 'Mindestens 8 Zeichen. Ein langer Satz ist besser als ein kurzes Rätsel.',
};
