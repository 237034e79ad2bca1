/** Share dialog, members, join, sign-in and trying it without an account. */
import type { peopleMessages as english } from '../en/people.ts';
import type { Translation } from '../translation.ts';

export const peopleMessages: Translation<typeof english> = {
  'people.add': 'Personen hinzufügen',
  'people.add.placeholder': 'Name oder E-Mail',
  'people.add.role': 'Rolle der neuen Personen',
  'people.add.submit': 'Hinzufügen',
  'people.add.none': 'Alle im Arbeitsbereich stehen schon in der Liste unten.',
  'people.added': '{name} wurde hinzugefügt.',
  'people.list': 'Personen mit Zugriff',
  'people.list.you': 'du',
  'people.list.role': 'Rolle von {name}',
  'people.list.remove': '{name} entfernen',
  'people.list.changed': '{name}: {role}.',
  'people.list.removed':
    '{name} wurde entfernt und bekommt keine Änderungen mehr. Kopien auf den eigenen Geräten bleiben dort.',
  'people.via.creator': 'hat dieses Dokument angelegt',
  'people.via.person': 'hinzugefügt',
  'people.via.link': 'über einen Link dabei',
  'people.via.workspace': 'über den Arbeitsbereich',
  'people.access': 'Allgemeiner Zugriff',
  'people.access.who': 'Wer Zugriff hat',
  'people.access.restricted': 'Nur hinzugefügte Personen',
  'people.access.workspace': 'Alle in {workspace}',
  'people.access.role': 'Was sie dürfen',
  'people.access.restricted.hint': 'Auch den Titel sieht sonst niemand im Arbeitsbereich.',
  'people.access.saved': 'Der Zugriff wurde geändert.',
  'people.access.owners': 'Das ändern nur Eigentümer des Dokuments.',
  'people.links': 'Alle mit dem Link',
  'people.offline':
    'Der Server ist gerade nicht erreichbar. Personen und Zugriff erscheinen wieder, sobald er zurück ist.',
  'account.local': 'Nur auf diesem Gerät',
  'people.adopting': 'Deine Dokumente ziehen in dein Konto um: {done} von {total}',
  'people.local': 'Zum Teilen brauchst du ein Konto: dieses Dokument ist nur auf diesem Gerät.',
  'people.local.signIn': 'Anmelden oder beitreten',
  'people.uses': 'Gilt für',

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

  'share.network': 'Link im Netzwerk',
  'share.network.copy': 'Link im Netzwerk kopieren',
  'share.network.hint':
    'Für andere Geräte in diesem Netzwerk. Jedes muss zuerst diesem Computer vertrauen, auf dieser Seite:',

  'settings.page': 'Einstellungen',
  'settings.password.hint': 'Mindestens 8 Zeichen. Ein langer Satz ist besser als ein kurzes Rätsel.',
};
