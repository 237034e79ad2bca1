/** The peer's command line. */
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@vicinal/shared/result.ts';

export const USAGE = `Usage:
  npm run peer -- --link URL --read                     print the text, one paragraph a line
  npm run peer -- --link URL --append TEXT              add paragraphs at the end ("\\n" between them)
  npm run peer -- --link URL --clear                    remove everything
  npm run peer -- --link URL --replay TRACE.json.gz     write what a recorded trace wrote, into an empty document
  npm run peer -- --link URL --watch                    print the text and every change until Ctrl-C

  --link URL      invite link of a document: <origin>/join#<secret>
  --name N        nickname shown to others (default: Headless peer)
  --rate N|max    replay: transactions a second, or as fast as possible (default: as recorded, pauses cut to 2 s)
  --json          print results as JSON, one object a line
  --timeout S     seconds to wait for a peer, and for the archive (default: 30)
  --data DIR      keep device key, sign-in and document there: the same guest comes back
  --ca FILE       certificate of the authority to trust for https (or set NODE_EXTRA_CA_CERTS)

Exit codes: 0 done · 1 failed · 2 wrong arguments · 3 link or access refused · 4 no server or peer reached in time
5 written, but neither archived nor acknowledged in time · 6 this link may only read, or the document cannot be
edited here · 7 the text is not what the trace ends in · 130 interrupted`;

export type Mode =
  | { readonly kind: 'read' | 'clear' | 'watch' }
  | { readonly kind: 'append'; readonly text: string }
  | { readonly kind: 'replay'; readonly path: string; readonly rate: Rate };

/** Transactions per second, as fast as possible, or as recorded. */
export type Rate = number | 'max' | 'recorded';

export interface Link {
  /** Of the address of the link, which the pages of this instance have too. */
  readonly origin: string;
  readonly secret: string;
}

export interface PeerArguments {
  readonly link: Link;
  readonly name: string;
  readonly mode: Mode;
  readonly isJson: boolean;
  readonly timeoutMs: number;
  readonly dataDir: string | undefined;
  readonly caFile: string | undefined;
}

const MAX_NAME = 80;
const MAX_RATE = 1_000_000;
const MAX_TIMEOUT_S = 86_400;

/** Every problem is one line of the error; 'help' when the usage was asked for. */
export function parseArguments(args: readonly string[]): Result<PeerArguments, readonly string[] | 'help'> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        link: { type: 'string' },
        name: { type: 'string' },
        read: { type: 'boolean' },
        append: { type: 'string' },
        clear: { type: 'boolean' },
        replay: { type: 'string' },
        rate: { type: 'string' },
        watch: { type: 'boolean' },
        json: { type: 'boolean' },
        timeout: { type: 'string' },
        data: { type: 'string' },
        ca: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return err([error instanceof Error ? error.message : String(error)]);
  }
  if (values.help === true) return err('help');
  const problems: string[] = [];
  const link = parseLink(values.link ?? '');
  if (values.link === undefined) problems.push('--link is missing');
  else if (link === undefined) problems.push('--link is no invite link: it looks like https://docs.example.org/join#…');
  const name = (values.name ?? 'Headless peer').trim();
  if (name === '' || name.length > MAX_NAME) problems.push(`--name must have 1 to ${MAX_NAME} characters`);
  const rate = parseRate(values.rate);
  if (rate === undefined) problems.push('--rate must be a number above 0, or max');
  if (values.rate !== undefined && values.replay === undefined) problems.push('--rate belongs to --replay');
  const seconds = Number(values.timeout ?? '30');
  if (!(seconds > 0 && seconds <= MAX_TIMEOUT_S)) problems.push('--timeout must be a number of seconds above 0');
  const modes: Mode[] = [];
  if (values.read === true) modes.push({ kind: 'read' });
  if (values.append !== undefined) modes.push({ kind: 'append', text: values.append });
  if (values.clear === true) modes.push({ kind: 'clear' });
  if (values.replay !== undefined) modes.push({ kind: 'replay', path: values.replay, rate: rate ?? 'max' });
  if (values.watch === true) modes.push({ kind: 'watch' });
  const [mode, ...others] = modes;
  if (mode === undefined || others.length > 0)
    problems.push('say one of --read, --append, --clear, --replay and --watch');
  if (problems.length > 0 || link === undefined || mode === undefined) return err(problems);
  return ok({
    link,
    name,
    mode,
    isJson: values.json === true,
    timeoutMs: seconds * 1000,
    dataDir: values.data,
    caFile: values.ca,
  });
}

function parseLink(text: string): Link | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname, hash } = new URL(text);
  if ((protocol !== 'http:' && protocol !== 'https:') || pathname !== '/join' || !/^#[\w-]{16,128}$/.test(hash))
    return undefined;
  return { origin, secret: hash.slice(1) };
}

function parseRate(text: string | undefined): Rate | undefined {
  if (text === undefined) return 'recorded';
  if (text === 'max') return 'max';
  const rate = Number(text);
  return rate > 0 && rate <= MAX_RATE ? rate : undefined;
}
