/** Settings. */
import type { settingsMessages as english } from '../en/settings.ts';
import type { Translation } from '../translation.ts';

export const settingsMessages: Translation<typeof english> = {
  'settings.heading': 'Einstellungen',
  'settings.nav': 'Teile der Einstellungen',
  'settings.saved': 'Gespeichert',
  'settings.save': 'Speichern',
  'settings.retry': 'Noch einmal versuchen',
  'settings.offline':
    'Der Server ist gerade nicht erreichbar. Was ihn braucht, erscheint wieder, sobald er zurück ist.',
  'settings.local':
    'Du probierst Vicinal auf diesem Gerät aus. Mit einem Konto kannst du Dokumente teilen, und das Archiv bewahrt sie auf.',

  'settings.section.profile': 'Profil',
  'settings.section.account': 'Passwort und Konto',
  'settings.section.devices': 'Geräte',
  'settings.section.appearance': 'Aussehen und Sprache',
  'settings.section.storage': 'Speicher und offline',
  'settings.section.members': 'Mitglieder',
  'settings.section.about': 'Über Vicinal',

  'settings.profile.text':
    'So sehen dich andere in Dokumenten: neben deiner Schreibmarke, in Listen und auf deinem Bild.',
  'settings.profile.name': 'Dein Name',
  'settings.profile.colour': 'Farbe',
  'settings.profile.colour.0': 'Rot',
  'settings.profile.colour.1': 'Orange',
  'settings.profile.colour.2': 'Bernstein',
  'settings.profile.colour.3': 'Oliv',
  'settings.profile.colour.4': 'Grün',
  'settings.profile.colour.5': 'Tanne',
  'settings.profile.colour.6': 'Meer',
  'settings.profile.colour.7': 'Blau',
  'settings.profile.colour.8': 'Indigo',
  'settings.profile.colour.9': 'Lila',
  'settings.profile.colour.10': 'Rosa',
  'settings.profile.colour.11': 'Braun',
  'settings.profile.later': 'Wer jetzt mit dir in einem Dokument ist, sieht die Änderung innerhalb von zehn Minuten.',

  'settings.password.heading': 'Passwort ändern',
  'settings.password.current': 'Jetziges Passwort',
  'settings.password.next': 'Neues Passwort',
  'settings.password.submit': 'Passwort ändern',
  'settings.password.done': 'Das Passwort wurde geändert. Auf deinen anderen Geräten meldest du dich neu an.',
  'settings.password.wrong': 'Das jetzige Passwort stimmt nicht.',
  'settings.account.email': 'E-Mail',

  'settings.devices.text':
    'Browser und Apps, in denen du angemeldet bist. Ein entferntes Gerät wird sofort abgemeldet und bekommt nichts Neues mehr. Kopien, die es schon hat, bleiben dort.',
  'settings.devices.this': 'dieses Gerät',
  'settings.devices.seen': 'Zuletzt aktiv: {time}',
  'settings.devices.added': 'hinzugefügt: {time}',
  'settings.devices.remove': 'Entfernen',
  'settings.devices.remove.named': '{device} entfernen',
  'settings.devices.removed': '{device} wurde entfernt.',

  'settings.theme': 'Farbschema',
  'settings.language': 'Sprache',
  'settings.language.hint': 'Die Seite lädt neu, in der Sprache, die du wählst.',

  'settings.members.text': 'Alle, die zu {workspace} gehören.',
  'settings.members.role': 'Rolle von {name}',
  'settings.members.remove': 'Entfernen',
  'settings.members.remove.named': '{name} aus dem Arbeitsbereich entfernen',
  'settings.members.leave': 'Austreten',
  'settings.members.removed':
    '{name} wurde entfernt und bekommt keine Änderungen mehr. Kopien auf den eigenen Geräten bleiben dort.',
  'settings.members.you': 'du',
  'settings.members.joined': 'seit {time}',
  'settings.members.invite': 'Mitglieder einladen',
  'settings.members.invite.text':
    'Wer den Link öffnet, legt ein Konto an oder meldet sich an und wird Mitglied des Arbeitsbereichs, mit Zugriff auf die Dokumente, die allen offenstehen.',
  'settings.members.invite.expiry': 'Link läuft ab',
  'settings.members.invite.uses': 'Wie viele Personen',
  'settings.members.invite.uses.any': 'Beliebig viele',
  'settings.members.invite.uses.count': { one: '{count} Person', other: '{count} Personen' },
  'settings.members.invite.create': 'Einladungslink erstellen',
  'settings.members.invite.active': 'Gültige Einladungslinks',
  'settings.members.invite.none': 'Kein Link ist gültig.',
  'settings.members.invite.facts': { one: '{count} von {max} Mal benutzt', other: '{count} von {max} Mal benutzt' },
  'settings.members.invite.factsAny': { one: '{count} Mal benutzt', other: '{count} Mal benutzt' },
  'settings.members.invite.revoke': 'Widerrufen',
  'settings.members.invite.revoke.named': 'Einladungslink widerrufen, erstellt: {time}',
  'settings.members.invite.revoked': 'Der Link wurde widerrufen.',
  'workspaceRole.owner': 'Eigentümer',
  'workspaceRole.admin': 'Verwaltung',
  'workspaceRole.member': 'Mitglied',
  'workspaceRole.guest': 'Gast',

  'settings.about.text':
    'Dokumente, die auf den Geräten der Menschen leben, die sie schreiben. Worte reisen direkt von Browser zu Browser; das Archiv bewahrt eine Kopie auf.',
  'settings.about.version': 'Version',
  'settings.about.protocol': 'Protokoll',
  'settings.about.device': 'Geräteschlüssel',
  'settings.about.licence': 'Vicinal ist freie Software unter der MIT-Lizenz.',
  'settings.about.licences': 'Lizenzen der Teile, aus denen es besteht',
  'settings.about.licences.failed': 'Die Liste der Lizenzen ist noch nicht auf diesem Gerät.',
};
