/** Install, update, offline keeping and storage. */
export const pwaMessages = {
  'install.action': 'Install',
  'install.dismiss': 'Do not offer again',
  'install.entry': 'Install app…',
  'install.heading': 'Keep Vicinal at hand',
  'install.ios.add': 'Choose “Add to Home Screen”.',
  'install.ios.close': 'Close',
  'install.ios.heading': 'Add Vicinal to the home screen',
  'install.ios.open': 'Open Vicinal from the home screen, also without a network.',
  'install.ios.share': 'Tap “Share” in the bar of the browser.',
  'install.text': 'Installed, it opens in a window of its own, also without a network.',
} as const;
