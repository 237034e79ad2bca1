/** How each kind of device is taught to trust the local authority. */
export interface Platform {
  readonly id: 'windows' | 'macos' | 'linux' | 'ios' | 'android';
  readonly name: string;
  readonly steps: readonly { readonly text: string; readonly command?: string }[];
}

const FILE = 'vicinal-authority.crt';

export const PLATFORMS: readonly Platform[] = [
  {
    id: 'windows',
    name: 'Windows',
    steps: [
      { text: 'Download the certificate and compare its fingerprint:', command: `certutil -hashfile ${FILE} SHA256` },
      { text: 'Open the file, choose “Install Certificate…”, then “Current User”.' },
      {
        text: 'Choose “Place all certificates in the following store”, “Browse…”, “Trusted Root Certification Authorities”, then finish and answer “Yes”.',
      },
      {
        text: 'Close the browser and open it again. Edge, Chrome and Firefox all use this store.',
      },
    ],
  },
  {
    id: 'macos',
    name: 'macOS',
    steps: [
      { text: 'Download the certificate and compare its fingerprint:', command: `shasum -a 256 ~/Downloads/${FILE}` },
      { text: 'Open the file; Keychain Access adds it to your login keychain.' },
      {
        text: 'In Keychain Access, open “Vicinal local authority”, unfold “Trust”, choose “Always Trust” for “When using this certificate”, close the window and enter your password.',
      },
      { text: 'Close the browser and open it again. Safari, Chrome and Firefox all use the keychain.' },
    ],
  },
  {
    id: 'linux',
    name: 'Linux',
    steps: [
      { text: 'Download the certificate and compare its fingerprint:', command: `sha256sum ~/Downloads/${FILE}` },
      {
        text: 'Chromium and Chrome: with libnss3-tools installed, run this and start the browser again.',
        command: `mkdir -p ~/.pki/nssdb\ncertutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Vicinal -i ~/Downloads/${FILE}`,
      },
      {
        text: 'Firefox: Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import; tick “Trust this CA to identify websites”.',
      },
      {
        text: 'The whole system, Debian and Ubuntu:',
        command: `sudo openssl x509 -inform der -in ~/Downloads/${FILE} -out /usr/local/share/ca-certificates/${FILE}\nsudo update-ca-certificates`,
      },
      {
        text: 'The whole system, Fedora and Arch:',
        command: `sudo trust anchor --store ~/Downloads/${FILE}`,
      },
    ],
  },
  {
    id: 'ios',
    name: 'iPhone and iPad',
    steps: [
      { text: 'Open this page in Safari, tap “Download the certificate” and allow it.' },
      {
        text: 'Open Settings, tap “Profile Downloaded”, then “Install”, and compare the SHA-256 fingerprint under “More Details”.',
      },
      {
        text: 'Open Settings, General, About, Certificate Trust Settings, and switch on “Vicinal local authority”.',
      },
    ],
  },
  {
    id: 'android',
    name: 'Android',
    steps: [
      { text: 'Tap “Download the certificate”.' },
      {
        text: 'Open Settings, search for “CA certificate”, choose “Install anyway” and pick the file. On many devices it is under Security, Encryption & credentials, Install a certificate.',
      },
      {
        text: 'Compare the SHA-256 fingerprint in the list of user certificates. Chrome, Edge and Samsung Internet use it.',
      },
    ],
  },
];
