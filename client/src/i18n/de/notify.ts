/** Inbox and notifications. */
import type { notifyMessages as english } from '../en/notify.ts';
import type { Translation } from '../translation.ts';

export const notifyMessages: Translation<typeof english> = {
  'inbox.mention': '{name} hat dich in {title} erwähnt',
  'inbox.mention.somewhere': '{name} hat dich in einem Dokument erwähnt',
  'inbox.mention.someone': 'Jemand hat dich in {title} erwähnt',
  'inbox.mention.unknown': 'Jemand hat dich in einem Dokument erwähnt',
  'inbox.joined': '{name} ist über deinen Link zu {title} gekommen',
  'inbox.joined.somewhere': '{name} ist über deinen Link zu einem Dokument gekommen',
  'inbox.joined.someone': 'Jemand ist über deinen Link zu {title} gekommen',
  'inbox.joined.unknown': 'Jemand hat einen Link von dir benutzt',
  'inbox.joined.workspace': '{name} ist über deinen Link in den Arbeitsbereich gekommen',
  'inbox.asked': '{name} bittet um Zugang zu {title}',
  'inbox.asked.somewhere': '{name} bittet um Zugang zu einem Dokument',
  'inbox.asked.someone': 'Jemand bittet um Zugang zu {title}',
  'inbox.asked.unknown': 'Jemand bittet um Zugang zu einem Dokument',
  'inbox.news': { one: '{count} neue Nachricht', other: '{count} neue Nachrichten' },
  'inbox.readAll': 'Alle als gelesen markieren',
  'inbox.more': 'Ältere zeigen',
  'inbox.empty': 'Nichts Neues',
  'inbox.empty.text': 'Hier erfährst du, wenn dich jemand erwähnt oder über deinen Link dazukommt.',
  'inbox.local': 'Zu Dokumenten nur auf diesem Gerät gibt es niemanden, der dich erwähnen könnte.',
  'inbox.offline': 'Der Server ist nicht erreichbar. Das ist der letzte bekannte Stand.',
  'inbox.failed': 'Der Eingang ließ sich nicht laden. Das ist der letzte bekannte Stand.',
  'inbox.settings': 'Einstellungen für Mitteilungen',

  'settings.section.notifications': 'Mitteilungen',
  'notify.text':
    'Solange die App offen ist, sagt dir der Eingang sofort Bescheid. Dieses Gerät kann dich auch benachrichtigen, wenn du nicht da bist.',
  'notify.on': 'Benachrichtige mich, wenn ich erwähnt werde',
  'notify.turningOn': 'Wird eingeschaltet…',
  'notify.isOn':
    'Dieses Gerät meldet sich, wenn dich jemand erwähnt oder über deinen Link dazukommt und du es nicht binnen einer halben Minute gelesen hast.',
  'notify.off': 'Auf diesem Gerät ausschalten',
  'notify.turnedOn': 'Mitteilungen sind eingeschaltet.',
  'notify.turnedOff': 'Mitteilungen sind auf diesem Gerät ausgeschaltet.',
  'notify.denied':
    'Diesem Browser wurde untersagt, Mitteilungen dieser Adresse zu zeigen. Das lässt sich in seinen Einstellungen für diese Website ändern.',
  'notify.unsupported':
    'Dieser Browser zeigt keine Mitteilungen, wenn die App geschlossen ist. Auf iPhone und iPad geht es, sobald die App auf dem Home-Bildschirm ist.',
  'notify.unreachable':
    'Der Push-Dienst dieses Browsers ist nicht erreichbar. Mitteilungen in deiner Abwesenheit brauchen das Internet; der Eingang geht auch ohne.',
  'notify.content':
    'Verschickt werden weder Namen noch Titel noch Text. Die fügt dein Gerät hinzu, aus dem, was es selbst hat.',
  'notify.test': 'Test senden',
  'notify.testing': 'Wird gesendet…',
  'notify.test.shown': 'Dieses Gerät empfängt Mitteilungen.',
  'notify.test.results': 'Ergebnis je Gerät',
  'notify.test.accepted': 'Vom Push-Dienst angenommen',
  'notify.test.gone': 'Nicht mehr angemeldet. Schalte die Mitteilungen dort neu ein.',
  'notify.test.refused': 'Vom Push-Dienst abgelehnt ({status})',
  'notify.test.refused.here': 'Von diesem Server nicht erlaubt',
  'notify.test.unreachable': 'Der Push-Dienst hat nicht geantwortet. Erreicht der Server das Internet?',
  'notify.test.none': 'Kein Gerät ist angemeldet.',
  'notify.other': 'Es gibt etwas Neues.',
};
