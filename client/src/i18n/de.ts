/** Every sentence the client shows, in German. People are addressed with "du"; sentences stay about as long as in English. */
import { editorToolMessages } from './de/editor-tools.ts';
import { editorMessages } from './de/editor.ts';
import { errorMessages } from './de/errors.ts';
import { homeMessages } from './de/home.ts';
import { laterMessages } from './de/later.ts';
import { peopleMessages } from './de/people.ts';
import { pwaMessages } from './de/pwa.ts';
import { syncMessages } from './de/sync.ts';
import type { Catalogue } from './messages.ts';

export const de: Catalogue = {
  ...errorMessages,
  ...editorMessages,
  ...editorToolMessages,
  ...homeMessages,
  ...laterMessages,
  ...peopleMessages,
  ...syncMessages,
  ...pwaMessages,

  'app.title': '{page} · Vicinal',
  'app.skip': 'Zum Inhalt springen',
  'app.close': 'Schließen',
  'app.backHome': 'Zurück zu deinen Dokumenten',
  'app.reload': 'Neu laden',
  'app.update': 'Eine neue Version ist da',

  'time.now': 'gerade eben',

  'key.ctrl': 'Strg',
  'key.shift': 'Umschalt',
  'key.enter': 'Eingabe',

  'device.name': '{browser} unter {system}',

  'field.show': 'Zeigen',
  'field.hide': 'Verbergen',
  'field.required': 'Bitte fülle das aus.',
  'field.email.invalid': 'Das sieht nicht wie eine E-Mail-Adresse aus.',
  'field.password.short': 'Bitte mindestens 8 Zeichen.',

  'setup.page': 'Einrichten',
  'setup.heading': 'Richte deinen Arbeitsbereich ein',
  'setup.lead':
    'Ein Ort, um gemeinsam zu schreiben. Worte gehen direkt von Browser zu Browser, und du entscheidest, wer dabei ist.',
  'setup.fact.direct.title': 'Direkt zwischen Geräten',
  'setup.fact.direct.text': 'Änderungen gehen direkt von Browser zu Browser, unterwegs verschlüsselt.',
  'setup.fact.offline.title': 'Deins, auch offline',
  'setup.fact.offline.text': 'Jedes Dokument, das du öffnest, bleibt auf deinem Gerät und geht auch ohne Netz.',
  'setup.fact.archive.title': 'Bewahrt im eigenen Archiv',
  'setup.fact.archive.text': 'Das Archiv deiner Organisation hält eine Kopie, also muss niemand online bleiben.',
  'setup.form': 'Dein Konto und dein Arbeitsbereich',
  'setup.name': 'Dein Name',
  'setup.name.hint': 'Den sehen alle, mit denen du schreibst.',
  'setup.email': 'E-Mail',
  'setup.password': 'Passwort',
  'setup.password.hint': 'Mindestens 8 Zeichen. Ein paar zufällige Wörter sind stärker als ein schlaues.',
  'setup.workspace': 'Name des Arbeitsbereichs',
  'setup.workspace.hint': 'Dein Team, deine Familie oder Firma.',
  'setup.submit': 'Arbeitsbereich anlegen',
  'setup.submitting': 'Wird angelegt …',
  'setup.noToken.heading': 'Dieser Link zum Einrichten ist unvollständig',
  'setup.noToken.text':
    'Öffne den ganzen Link aus dem Terminal, in dem Vicinal gestartet wurde. Einen neuen gibt es mit:',

  'signin.page': 'Anmelden',
  'signin.heading': 'Anmelden',
  'signin.lead': 'Willkommen zurück. Deine Dokumente warten schon.',
  'signin.lead.return': 'Melde dich an, um das Dokument zu öffnen.',
  'signin.email': 'E-Mail',
  'signin.password': 'Passwort',
  'signin.submit': 'Anmelden',
  'signin.submitting': 'Anmeldung läuft …',
  'signin.guest':
    'Mit einem Link gekommen? Öffne ihn noch einmal in diesem Browser: für ein Dokument brauchst du kein Konto.',
  'signin.forgot': 'Passwort vergessen? Wer diesen Server betreibt, kann ein neues machen:',
  'signin.notSetUp.heading': 'Hier hat noch niemand etwas eingerichtet',
  'signin.notSetUp.text':
    'Öffne den Link zum Einrichten aus dem Terminal, in dem Vicinal gestartet wurde. Einen neuen gibt es mit:',
  'signin.unreachable':
    'Der Server ist gerade nicht erreichbar, deshalb geht das Anmelden nicht. Diese Seite versucht es von selbst weiter.',

  'join.page': 'Beitreten',
  'join.heading': 'Einem Dokument beitreten',
  'join.lead': '{workspace} lädt dich ein, in einem Dokument mitzuschreiben.',
  'join.lead.viewer': '{workspace} lädt dich ein, ein Dokument zu lesen.',
  'join.lead.member': 'Du bist eingeladen, Mitglied von {workspace} zu werden.',
  'join.lead.commenter': '{workspace} lädt dich ein, ein Dokument zu lesen und zu besprechen.',
  'join.nickname': 'Spitzname',
  'join.nickname.hint': 'Steht für andere neben deiner Schreibmarke. Kein Konto nötig.',
  'join.submit': 'Beitreten',
  'join.submitAs': 'Als {name} beitreten',
  'join.submitting': 'Du trittst bei …',
  'join.haveAccount': 'Hast du hier ein Konto?',
  'join.signIn': 'Erst anmelden',
  'join.invalid.heading': 'Dieser Link gilt nicht mehr',
  'join.invalid.text':
    'Vielleicht ist er abgelaufen, aufgebraucht oder zurückgenommen. Bitte die Person, von der er kam, um einen neuen.',
  'join.incomplete.heading': 'Diese Einladung ist unvollständig',
  'join.incomplete.text':
    'Ein Teil des Links fehlt. Kopiere die ganze Adresse aus der Nachricht und öffne sie noch einmal.',
  'join.unreachable.heading': 'Der Server ist nicht erreichbar',
  'join.unreachable.text': 'Beim ersten Mal braucht es den Server. Prüfe deine Verbindung und versuche es noch einmal.',
  'join.retry': 'Noch einmal versuchen',

  'home.page': 'Dokumente',
  'home.documents': 'Dokumente',
  'home.new': 'Neues Dokument',
  'home.nav': 'Dokumente und Konto',
  'home.empty.heading': 'Ein ruhiger Ort zum Anfangen',
  'home.empty.text':
    'Hier erscheinen die Dokumente, die du anlegst, auf jedem Gerät, auf dem du dich anmeldest. Sie öffnen sich auch offline.',
  'home.empty.guest.heading': 'Noch nichts geöffnet',
  'home.empty.guest.text':
    'Hier erscheinen Dokumente, denen du über einen Link beitrittst. Öffne zum Anfangen den Link, den du bekommen hast.',
  'home.guest.lead': 'Dokumente in {workspace}, bei denen du dabei bist',
  'home.untitled': 'Ohne Titel',
  'home.edited': 'Bearbeitet {time}',
  'home.count': { one: '{count} Dokument', other: '{count} Dokumente' },
  'home.all': 'Alle Dokumente',

  'inbox.page': 'Eingang',
  'inbox.unread': 'ungelesen',

  'account.label': 'Konto und Einstellungen',
  'account.short': 'Du',
  'account.guest': 'Gast',
  'account.offline': 'Angemeldet · Server nicht erreichbar',
  'account.local.workspace': 'Auf diesem Gerät',
  'account.theme': 'Farbschema',
  'account.theme.system': 'System',
  'account.theme.light': 'Hell',
  'account.theme.dark': 'Dunkel',
  'account.signOut': 'Abmelden …',

  'document.text': 'Text des Dokuments',
  'document.title': 'Titel des Dokuments',
  'document.untitled': 'Ohne Titel',
  'document.viewOnly': 'Nur lesen',
  'document.viewOnly.reason': 'Du darfst dieses Dokument lesen, aber nicht ändern.',
  'document.share': 'Teilen',
  'document.share.denied': 'Teilen kann dieses Dokument nur, wer es bearbeiten darf.',
  'document.loadingEditor': 'Dokument wird geöffnet …',
  'document.denied.page': 'Kein Zugriff',
  'document.denied.heading': 'Du hast keinen Zugriff auf dieses Dokument',
  'document.denied.text':
    'Vielleicht wurde es gelöscht, oder es steht nur anderen offen. Wer dich hergeschickt hat, kann es über einen Link mit dir teilen.',
  'document.denied.as': 'Du bist angemeldet als {name}.',
  'document.denied.request': 'Zugriff anfragen',
  'document.denied.requested':
    'Wem es gehört, falls es so ein Dokument gibt, wurde gefragt. Öffne diese Adresse noch einmal, sobald du Zugriff hast.',
  'document.denied.switch': 'Anderes Konto benutzen',
  'document.waiting.heading': 'Noch nicht auf diesem Gerät',
  'document.waiting.text':
    'Es erscheint hier von selbst, sobald das Archiv oder ein Gerät, das es hat, erreichbar ist. Du kannst diese Seite offen lassen.',
  'document.failed.heading': 'Dieses Dokument lässt sich hier nicht lesen',
  'document.failed.text':
    'Bis das gelöst ist, wird hier nichts hineingeschrieben, es kann also nichts weiter verloren gehen. Andere Geräte und das Archiv sind nicht betroffen.',
  'document.failed.reason': 'Grund: {reason}',
  'document.export': 'Kopie sichern',
  'document.banner.notSaved': 'Die letzten Änderungen ließen sich auf diesem Gerät nicht speichern.',
  'document.banner.notSaved.text':
    'Sichere jetzt eine Kopie und schaffe dann Platz auf diesem Gerät. Lass die Seite so lange offen.',
  'document.banner.updateNeeded': 'Dieses Dokument stammt aus einer neueren Version von Vicinal.',
  'document.banner.updateNeeded.text': 'Du kannst es lesen. Lade neu, um die Version zu bekommen, die es ändern darf.',
  'document.banner.accessRemoved': 'Dein Zugriff wurde entzogen.',
  'document.banner.accessRemoved.text':
    'Die Kopie auf diesem Gerät kannst du weiter lesen und sichern. Neue Änderungen kommen nicht mehr an.',

  'people.label': { one: 'Personen hier: {count}', other: 'Personen hier: {count}' },
  'people.heading': 'Wer hier ist',
  'people.alone': 'Nur du. Teile das Dokument, um gemeinsam zu schreiben.',
  'people.you': '{name} (du)',
  'people.more': '+{count}',
  'people.joined': 'Jetzt dabei: {names}.',
  'people.left': 'Nicht mehr dabei: {names}.',

  'role.owner': 'Eigentümer',
  'role.editor': 'Darf bearbeiten',
  'role.commenter': 'Darf kommentieren',
  'role.viewer': 'Darf lesen',
  'role.archiver': 'Archiv',

  'sync.label': 'Abgleich: {status}',
  'sync.archived': 'Aktuell · im Archiv',
  'sync.replicated': {
    one: 'Aktuell auf {count} Gerät · nicht archiviert',
    other: 'Aktuell auf {count} Geräten · nicht archiviert',
  },
  'sync.local': 'Nur auf diesem Gerät gespeichert',
  'sync.syncing': { one: 'Abgleich · {count} Änderung', other: 'Abgleich · {count} Änderungen' },
  'sync.catchingUp': 'Wird nachgeholt …',
  'sync.offline': 'Offline · Änderungen bleiben auf diesem Gerät',
  'sync.signalingDown': {
    one: 'Mit {count} Gerät verbunden · Verbindungsdienst nicht erreichbar',
    other: 'Mit {count} Geräten verbunden · Verbindungsdienst nicht erreichbar',
  },
  'sync.signalingDown.archive': 'Mit dem Archiv verbunden · Verbindungsdienst nicht erreichbar',
  'sync.notSaved': 'Nicht gespeichert',
  'sync.updateNeeded': 'Aktualisierung nötig',
  'sync.accessRemoved': 'Zugriff entzogen · deine Kopie ist schreibgeschützt',

  'sync.panel.heading': 'Wo dieses Dokument ist',
  'sync.panel.device': 'Dieses Gerät',
  'sync.panel.device.saved': 'Alles, was du geschrieben hast, ist hier gespeichert.',
  'sync.panel.device.notSaved': 'Die letzten Änderungen sind nicht gespeichert.',
  'sync.panel.device.since': 'Nur auf diesem Gerät seit: {time}.',
  'sync.panel.device.pending': {
    one: '{count} Änderung wartet auf Bestätigung.',
    other: '{count} Änderungen warten auf Bestätigung.',
  },
  'sync.panel.storage': 'Speicher belegt',
  'sync.panel.storage.value': '{used} von {quota}',
  'sync.panel.protected': 'Vor dem Aufräumen geschützt: {answer}',
  'sync.panel.protected.yes': 'ja',
  'sync.panel.protected.no': 'nein',
  'sync.panel.protected.no.hint': 'Der Browser kann lokale Daten löschen, wenn der Platz ausgeht.',
  'sync.panel.people': 'Personen und Geräte',
  'sync.panel.people.none': 'Gerade ist kein anderes Gerät verbunden.',
  'sync.panel.path.direct': 'direkt',
  'sync.panel.path.relayed': 'vermittelt',
  'sync.panel.path.unknown': 'verbindet sich',
  'sync.panel.rtt': '{ms} ms',
  'sync.panel.yourOther': '{name} (ein anderes Gerät von dir)',
  'sync.panel.archive': 'Archiv',
  'sync.panel.archive.none': 'Noch kein Archiv hat dieses Dokument bestätigt.',
  'sync.panel.archive.connected': 'Verbunden',
  'sync.panel.archive.away': 'Gerade nicht verbunden',
  'sync.panel.archive.receipt': 'Letzte Bestätigung {time}',
  'sync.panel.durability.memory': 'im Arbeitsspeicher',
  'sync.panel.durability.device': 'auf einem Gerät gespeichert',
  'sync.panel.durability.archive-os': 'gespeichert, noch nicht auf der Platte',
  'sync.panel.durability.archive-disk': 'auf der Platte gespeichert',
  'sync.panel.service': 'Verbindungsdienst',
  'sync.panel.service.open': 'Verbunden',
  'sync.panel.service.connecting': 'Verbindet sich …',
  'sync.panel.service.down': 'Nicht erreichbar. Wer schon verbunden ist, macht weiter.',

  'notfound.page': 'Nicht gefunden',
  'notfound.heading': 'Unter dieser Adresse ist nichts',
  'notfound.text': 'Vielleicht wurde sie beim Kopieren abgeschnitten.',

  'download.menu': 'Herunterladen oder drucken',
  'download.markdown': 'Als Markdown herunterladen',
  'download.html': 'Als HTML herunterladen',
  'download.print': 'Drucken',
  'info.open': 'Info',
  'shortcuts.heading': 'Tastenkürzel',

  'crash.page': 'Etwas ist schiefgegangen',
  'crash.heading': 'Diese Seite geht gerade nicht weiter',
  'crash.text': 'Was du geschrieben hast, bleibt auf diesem Gerät. Neu laden hilft meistens.',
  'crash.details': 'Technische Einzelheiten',

  'unsupported.page': 'Läuft hier nicht',
  'unsupported.insecure.heading': 'Diese Adresse ist nicht sicher genug',
  'unsupported.insecure.text':
    'Vicinal verschlüsselt und unterschreibt alles in deinem Browser. Das erlauben Browser nur auf https-Adressen und auf localhost, und diese Seite kam über einfaches http von {host}.',
  'unsupported.insecure.fix':
    'Öffne die https-Adresse dieses Servers oder http://localhost auf dem Computer, auf dem er läuft.',
  'unsupported.crypto.heading': 'Dieser Browser ist zu alt für sicheres Abgleichen',
  'unsupported.crypto.text':
    'Vicinal unterschreibt jede Änderung mit Ed25519-Schlüsseln, die das Gerät nie verlassen, und dieser Browser kann das nicht.',
  'unsupported.crypto.fix':
    'Aktuelle Versionen von Chrome, Edge, Firefox und Safari können es. Aktualisiere diesen oder öffne den Link in einem anderen.',
  'unsupported.storage.heading': 'Dieser Browser lässt Seiten nichts speichern',
  'unsupported.storage.text':
    'Dokumente leben auf deinem Gerät, deshalb braucht Vicinal IndexedDB, und die ist hier abgeschaltet. Ein privates Fenster oder strenge Einstellungen können der Grund sein.',
  'unsupported.storage.fix': 'Erlaube Websitedaten für diese Adresse oder öffne sie in einem gewöhnlichen Fenster.',
};
