/** What only screens behind a step say: signing out, leaving, removing, storage. */
import type { laterMessages as english } from '../en/later.ts';
import type { Translation } from '../translation.ts';
import { assistMessages } from './assist.ts';
import { notifyMessages } from './notify.ts';
import { settingsMessages } from './settings.ts';
import { shareMessages } from './share.ts';

export const laterMessages: Translation<typeof english> = {
  'incoming.discard': 'Verwerfen',
  'incoming.heading': 'Ein Dokument daraus machen?',
  'incoming.none.heading': 'Hier ist nichts',
  'incoming.none.text': 'Das Geteilte konnte nicht aufbewahrt werden oder ist schon verarbeitet. Teile es noch einmal.',
  'incoming.page': 'Mit Vicinal geteilt',
  'incoming.text': 'Eine andere App hat das mit Vicinal geteilt.',
  'incoming.tooLarge':
    'Das Geteilte ist zu groß: höchstens 20 Dateien mit zusammen 20 MB und eine Million Zeichen Text.',
  ...assistMessages,
  ...notifyMessages,
  ...settingsMessages,
  ...shareMessages,

  'settings.storage.used': 'In diesem Browser belegt',
  'settings.storage.protected': 'Vor dem Aufräumen geschützt',
  'settings.storage.protected.yes': 'Ja',
  'settings.storage.protected.no': 'Nein',
  'settings.storage.protected.hint':
    'Wird der Platz knapp, kann der Browser Dokumente entfernen. Ob er sie schützt, entscheidet er selbst; die App zu installieren hilft.',
  'settings.storage.free': 'Offline-Kopien archivierter Dokumente entfernen',
  'settings.storage.free.hint':
    'Dokumente, die ganz im Archiv sind, nicht „Offline behalten“ tragen, nicht offen sind und hier seit 7 Tagen nicht geöffnet wurden. Beim Öffnen werden sie wieder geholt.',
  'settings.storage.free.busy': 'Kopien werden entfernt …',
  'settings.storage.free.done': {
    one: 'Die Offline-Kopie von {count} Dokument wurde entfernt.',
    other: 'Die Offline-Kopien von {count} Dokumenten wurden entfernt.',
  },
  'settings.storage.free.none':
    'Nichts wurde entfernt: jedes Dokument auf diesem Gerät trägt „Offline behalten“, ist offen, wurde vor Kurzem geöffnet oder ist nicht ganz im Archiv.',
  'settings.storage.free.failed': 'Die Kopien konnten nicht entfernt werden. Versuche es später noch einmal.',
  'settings.storage.kept': 'Andere Konten in diesem Browser',
  'settings.storage.kept.text': 'Ihre Dokumente bleiben hier, verschlossen, bis sie entfernt werden.',
  'settings.storage.kept.remove': 'Daten entfernen',
  'settings.storage.kept.remove.named': 'Daten entfernen: {name}',
  'settings.storage.kept.confirm': 'Endgültig entfernen?',
  'settings.storage.kept.warning':
    'Was {name} hier geschrieben hat und noch kein anderes Gerät oder Archiv hat, ginge verloren. Das lässt sich nicht zurücknehmen.',
  'settings.storage.kept.cancel': 'Behalten',
  'settings.storage.kept.removed': 'Die Daten von {name} wurden entfernt.',
  'settings.storage.kept.used': 'Zuletzt benutzt: {time}',

  'signout.heading': 'Aus diesem Browser abmelden?',
  'signout.text': 'Entscheide, was mit den Dokumenten auf diesem Gerät geschieht.',
  'signout.keep': 'Behalten',
  'signout.keep.text':
    'Die Dokumente bleiben hier und gleichen sich wieder ab, wenn du dich anmeldest. In der App sieht sie kein anderes Konto, aber wer in diesem Browserprofil Entwicklerwerkzeuge öffnet, könnte sie lesen.',
  'signout.remove': 'Entfernen',
  'signout.remove.text':
    'Alles von deinem Konto wird aus diesem Browser gelöscht. Änderungen, die weder im Archiv noch auf einem anderen Gerät angekommen sind, gehen verloren.',
  'signout.remove.guest':
    'Du bist hier Gast und hast kein Passwort: zum Zurückkommen brauchst du einen neuen Link und giltst als neue Person.',
  'signout.busy': 'Abmeldung läuft …',

  'signout.remove.guest.text':
    'Deine Kopien werden aus diesem Browser gelöscht. Änderungen, die weder im Archiv noch auf einem anderen Gerät angekommen sind, gehen verloren.',
  'signout.keep.guest.text':
    'Eine Kopie bleibt verschlossen in diesem Browser. Gäste haben kein Passwort, um sie zu öffnen: lege zuerst ein Konto an, wenn du zurückkommen willst.',
  'signout.sure.guest':
    'Deine Kopien löschen? Zum Zurückkommen brauchst du einen neuen Link und giltst als neue Person.',
  'signout.local.text':
    'Deine Dokumente sind in diesem Browser und sonst nirgends. Entscheide, was mit ihnen geschieht.',
  'signout.keep.local.text':
    'Die Dokumente bleiben hier. „Auf diesem Gerät weitermachen“ auf der Anmeldeseite öffnet sie wieder, für alle, die diesen Browser benutzen.',
  'signout.remove.local.text': 'Alles, was du hier geschrieben hast, wird gelöscht. Eine andere Kopie gibt es nicht.',
  'signout.sure.local':
    'Alles löschen, was du hier geschrieben hast? Eine andere Kopie gibt es nicht, und es lässt sich nicht zurücknehmen.',
  'signout.sure': 'Endgültig löschen',
  'signout.back': 'Zurück',

  'leave.question':
    'Du trittst aus {workspace} aus und verlierst auf allen deinen Geräten den Zugriff auf die Dokumente. Zum Zurückkommen brauchst du eine neue Einladung.',
  'leave.confirm': 'Jetzt austreten',
  'leave.stay': 'Bleiben',
  'leave.done': 'Du bist aus {workspace} ausgetreten.',
  'remove.member':
    '{name} aus {workspace} entfernen? Neue Änderungen kommen dort nicht mehr an. Kopien auf den eigenen Geräten bleiben dort. Zum Zurückkommen braucht es eine neue Einladung.',
  'remove.access':
    '{name} aus diesem Dokument entfernen? Neue Änderungen kommen dort nicht mehr an. Kopien auf den eigenen Geräten bleiben dort. Links von {name} gelten nicht mehr, auch nicht für alle, die darüber gekommen sind.',
  'remove.device':
    '{device} entfernen? Das Gerät wird sofort abgemeldet und bekommt nichts Neues mehr. Kopien, die es schon hat, bleiben dort. Das lässt sich nicht zurücknehmen.',
  'remove.confirm': 'Ja, entfernen',
  'remove.keep': 'Behalten',
  'remove.links': 'Links von {name} gelten nicht mehr, auch nicht für alle, die darüber gekommen sind.',
  'share.given': 'Dein eigener Zugriff endet {time}, und dieser Link mit ihm.',

  'noWorkspace.page': 'Kein Arbeitsbereich',
  'noWorkspace.heading': 'Du gehörst zu keinem Arbeitsbereich',
  'noWorkspace.text':
    'Du bist ausgetreten oder wurdest entfernt. Öffne einen Einladungslink, um beizutreten, oder melde dich ab.',
};
