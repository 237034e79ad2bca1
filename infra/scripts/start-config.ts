/** Environment of `npm start`, read here and handed on as values. */

export interface StartConfig {
  readonly port: number;
  readonly tlsPort: number;
  readonly dataDir: string;
  readonly host?: string;
  readonly publicUrl?: string;
  readonly databaseUrl?: string;
  readonly postgresPort?: number;
}

export const START_ENV_NAMES = [
  'PORT',
  'TLS_PORT',
  'DATA_DIR',
  'HOST',
  'PUBLIC_URL',
  'DATABASE_URL',
  'EMBEDDED_POSTGRES_PORT',
] as const;

type Parsed =
  | { readonly ok: true; readonly value: StartConfig }
  | { readonly ok: false; readonly error: readonly string[] };

/** Every problem found is one line of the error. */
export function parseStartEnv(env: Readonly<Record<string, string | undefined>>): Parsed {
  const problems: string[] = [];
  const optional = (name: (typeof START_ENV_NAMES)[number]): string | undefined => env[name]?.trim() || undefined;
  const port = (name: 'PORT' | 'TLS_PORT' | 'EMBEDDED_POSTGRES_PORT'): number | undefined => {
    const text = optional(name);
    if (text === undefined) return undefined;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    problems.push(`${name} must be a whole number from 0 to 65535`);
    return undefined;
  };
  const publicUrl = optional('PUBLIC_URL');
  if (publicUrl !== undefined && (!URL.canParse(publicUrl) || new URL(publicUrl).origin !== publicUrl)) {
    problems.push('PUBLIC_URL must be an origin such as https://docs.example.org');
  }
  const databaseUrl = optional('DATABASE_URL');
  const host = optional('HOST');
  const postgresPort = port('EMBEDDED_POSTGRES_PORT');
  const value: StartConfig = {
    port: port('PORT') ?? 8080,
    tlsPort: port('TLS_PORT') ?? 8443,
    dataDir: optional('DATA_DIR') ?? 'data',
    ...(host === undefined ? {} : { host }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(postgresPort === undefined ? {} : { postgresPort }),
  };
  return problems.length > 0 ? { ok: false, error: problems } : { ok: true, value };
}
