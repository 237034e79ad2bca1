/** Sync status, its panel and log. */
import type { syncMessages as english } from '../en/sync.ts';
import type { Translation } from '../translation.ts';

export const syncMessages: Translation<typeof english> = {
  'sync.noWebRtc': 'Dieser Browser kann sich nicht mit anderen Geräten verbinden',
  'sync.noWebRtc.text':
    'WebRTC fehlt hier oder ist ausgeschaltet, daher bleiben Änderungen auf diesem Gerät. Du kannst weiterschreiben und eine Kopie exportieren.',
  'sync.localNetworkDenied': 'Zugriff auf das lokale Netzwerk ist aus',
  'sync.localNetworkDenied.text':
    'Dieser Browser darf Geräte in deinem Netzwerk nicht erreichen, daher bleiben Änderungen auf diesem Gerät. Um es zu erlauben, öffne links neben der Adresse die Einstellungen der Website, schalte „Zugriff auf lokales Netzwerk“ ein und lade neu.',
  'sync.freeSpace': 'Platz schaffen',
  'sync.panel.people.noPath':
    'Andere sind hier, aber keine Verbindung zu ihnen kommt zustande. Wer den Server betreibt, kann ein Relais (TURN) einrichten.',
  'sync.panel.people.noRelay':
    'Das Relais lässt dieses Gerät nicht ein oder antwortet nicht. Wer den Server betreibt, kann das richten.',
  'sync.panel.path.archive': 'über das Archiv',
  'sync.panel.path.peer': 'über ein anderes Gerät',
  'sync.panel.archive.rtt': 'Verbunden · {ms} ms',
  'sync.log': 'Was geschehen ist',
  'sync.log.none': 'Noch nichts.',
  'sync.log.all': { one: '{count} Eintrag zeigen', other: 'Alle {count} Einträge zeigen' },
  'sync.log.opened': 'Auf diesem Gerät geöffnet',
  'sync.log.state.error': 'Etwas brauchte Aufmerksamkeit',
  'sync.log.state.offline': 'Offline',
  'sync.log.state.syncing': 'Der Abgleich dauerte eine Weile',
  'sync.log.state.archived': 'Aktuell im Archiv',
  'sync.log.state.signaling-down': 'Verbindungsdienst nicht erreichbar',
  'sync.log.state.replicated': 'Aktuell auf anderen Geräten',
  'sync.log.state.local': 'Nur auf diesem Gerät',
  'sync.log.linked': '{name} verbunden, {path}',
  'sync.log.unlinked': '{name} nicht mehr verbunden',
  'sync.log.receipt': 'Vom Archiv bestätigt, {durability}',
  'sync.log.storage-failed': 'Änderungen ließen sich nicht speichern',
  'sync.log.access-changed': 'Dein Zugriff wurde geändert',
  'sync.log.archive-regressed': 'Das Archiv hat Änderungen verloren; sie werden erneut gesendet',
};
