/** Sync status, its panel and log. */
export const syncMessages = {
  'sync.noWebRtc': 'This browser cannot link to other devices',
  'sync.noWebRtc.text':
    'WebRTC is missing or switched off here, so changes stay on this device. You can go on writing and export a copy.',
  'sync.localNetworkDenied': 'Local network access is off',
  'sync.localNetworkDenied.text':
    'This browser was told not to reach devices on your network, so changes stay on this device. To allow it, open the site settings left of the address, turn on “Local network access”, and reload.',
  'sync.freeSpace': 'Free up space',
  'sync.panel.people.noPath':
    'Others are here, but no connection to them comes about. Whoever runs the server can set up a relay (TURN).',
  'sync.panel.people.noRelay':
    'The relay does not let this device in or does not answer. Whoever runs the server can set it right.',
  'sync.panel.path.archive': 'via the archive',
  'sync.panel.path.peer': 'via another device',
  'sync.panel.archive.rtt': 'Connected · {ms} ms',
  'sync.log': 'What happened',
  'sync.log.none': 'Nothing yet.',
  'sync.log.all': { one: 'Show {count} entry', other: 'Show all {count} entries' },
  'sync.log.opened': 'Opened on this device',
  'sync.log.state.error': 'Something needed attention',
  'sync.log.state.offline': 'Offline',
  'sync.log.state.syncing': 'Syncing took a while',
  'sync.log.state.archived': 'Up to date in the archive',
  'sync.log.state.signaling-down': 'Connection service unreachable',
  'sync.log.state.replicated': 'Up to date on other devices',
  'sync.log.state.local': 'On this device only',
  'sync.log.linked': '{name} connected, {path}',
  'sync.log.unlinked': '{name} disconnected',
  'sync.log.receipt': 'Confirmed by the archive, {durability}',
  'sync.log.storage-failed': 'Changes could not be saved',
  'sync.log.access-changed': 'Your access changed',
  'sync.log.archive-regressed': 'The archive lost changes; they are being sent again',
} as const;
