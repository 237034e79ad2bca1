/** docker-compose.yml and what Prometheus is given, without Docker: against the specification, the images and the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ENV_NAMES as ARCHIVER_ENV, parseEnv as parseArchiverEnv } from '@vicinal/archiver/config.ts';
import { DEFAULT_LIMITS as ARCHIVER_LIMITS } from '@vicinal/archiver/config.ts';
import { createMetrics as createArchiverMetrics } from '@vicinal/archiver/metrics.ts';
import {
  DEFAULT_LIMITS,
  ENV_NAMES as SIGNALING_ENV,
  parseEnv as parseSignalingEnv,
} from '@vicinal/signaling/config.ts';
import { createMetrics as createSignalingMetrics } from '@vicinal/signaling/metrics.ts';
import { Ajv } from 'ajv';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingsOf } from '../scripts/env-example.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly profiles?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly entrypoint?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
}
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose; // held against the schema below
const { services } = compose;
const serviceOf = (name: string): Service => {
  const service = services[name];
  if (service === undefined) throw new TypeError(`compose has ${name}`);
  return service;
};
/** As compose fills them in; the first of `${NAME:?message}` and `${NAME:-default}`. */
const fill = (value: string, env: Readonly<Record<string, string>>): string =>
  value.replaceAll(
    /(?<!\$)\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
    (_, name: string, other?: string) => env[name] ?? other ?? '',
  );
const FILLED = {
  PUBLIC_URL: 'https://docs.example.org',
  POSTGRES_PASSWORD: 'secret',
  TURN_HOST: 'turn.example.org',
  TURN_SECRET: 'a-secret-that-is-long-enough',
  TURN_EXTERNAL_IP: '203.0.113.7',
};
const secondsOf = (duration = '10s'): number => Number(/^(\d+)s$/.exec(duration)?.[1]);
/** Arguments of the last instruction of the kind. */
const instruction = (name: string, keyword: string): readonly string[] =>
  DockerfileParser.parse(read(serviceOf(name).build?.dockerfile ?? ''))
    .getInstructions()
    .findLast((each) => each.getKeyword() === keyword)
    ?.getArguments()
    .map((each) => each.getValue()) ?? [];

describe('docker-compose.yml', () => {
  test('OPS-50 is what the Compose Specification takes', () => {
    const { $schema: _, ...schema } = JSON.parse(read('infra/testing/compose-spec/schema.json')) as Record<
      string,
      unknown
    >; // kept as published
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...compose, services: { ...services, x: { imagee: 'y' } } })).toBe(false);
  });

  test('OPS-51 names volumes, networks, files and services that are there', () => {
    const { backup, ...running } = services;
    const volumes = Object.values(running).flatMap((service) => service.volumes ?? []);
    const [files, named] = [
      volumes.filter((volume) => volume.startsWith('./')),
      volumes.filter((volume) => !volume.startsWith('./')),
    ];
    expect(new Set(named.map((volume) => volume.split(':')[0]))).toEqual(new Set(Object.keys(compose.volumes)));
    for (const file of files) {
      expect(existsSync(join(repository, file.split(':')[0] ?? ''))).toBe(true);
      expect(file).toMatch(/:ro$/);
    }
    // the one that writes to the host, where it is told to
    expect(backup?.volumes?.map((volume) => fill(volume, {}))).toEqual(['archiver:/data', './backups:/backups']);
    expect(backup?.volumes?.map((volume) => fill(volume, { BACKUP_DIR: '/srv/backups' }))[1]).toBe(
      '/srv/backups:/backups',
    );
    for (const service of Object.values(services)) {
      if (service.build !== undefined) expect(read(service.build.dockerfile)).toMatch(/^FROM /);
      const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      for (const name of needed) expect(services).toHaveProperty(String(name));
      for (const network of service.networks ?? [])
        expect(['default', ...Object.keys(compose.networks)]).toContain(network);
    }
    expect([serviceOf('postgres').networks, backup?.networks]).toEqual([['database'], ['database']]);
    expect(backup?.profiles).toEqual(['backup']);
  });

  test('OPS-52 runs nothing with more rights than it needs, and pins what it runs', () => {
    for (const [name, service] of Object.entries(services)) {
      expect({ name, ...service }).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      // the file capability of coturn's program, which cannot be run without it
      const capabilities = name === 'coturn' ? ['NET_BIND_SERVICE'] : undefined;
      expect([name, service.privileged, service.cap_add]).toEqual([name, undefined, capabilities]);
      if (service.image !== undefined) expect(service.image).toMatch(/^[\w/]+:v?\d+(\.\d+)+$/);
      else expect(['node', 'nginx']).toContain(instruction(name, 'USER')[0]);
    }
    for (const file of readdirSync(join(repository, 'infra/docker')))
      for (const [, image] of read(`infra/docker/${file}`).matchAll(/^FROM (\S+)/gm))
        expect(image).toMatch(/:\d+\.\d+(\.\d+)?-bookworm/);
  });

  test.each([
    ['signaling', SIGNALING_ENV, parseSignalingEnv],
    ['archiver', ARCHIVER_ENV, parseArchiverEnv],
  ] as const)('OPS-53 sets variables that %s reads and accepts', (name, known, parseEnv) => {
    const environment = serviceOf(name).environment ?? {};
    for (const variable of Object.keys(environment)) expect(known).toContain(variable);
    const filled = Object.entries(environment).map(([variable, value]) => [variable, fill(value, FILLED)]);
    const parsed = parseEnv(Object.fromEntries(filled));
    expect(parsed).toMatchObject({ ok: true });
    if (!parsed.ok) return;
    expect(parsed.value).toMatchObject({ host: '0.0.0.0', metricsHost: '0.0.0.0', metricsPort: expect.any(Number) });
    // the image's own environment is the same
    expect(instruction(name, 'ENV').every((pair) => `${pair.split('=')[0]}` in environment)).toBe(true);
  });

  test('OPS-54 wants variables that OPERATIONS.md names', () => {
    const wanted = new Set([...text.matchAll(/(?<!\$)\$\{(\w+)/g)].map((match) => match[1]));
    const known = [...SIGNALING_ENV, ...settingsOf(read('OPERATIONS.md'), 'containers').map(({ name }) => name)];
    for (const name of wanted) expect(known).toContain(name);
  });

  test.each([
    ['signaling', 'SIGNALING_PORT'],
    ['archiver', 'ARCHIVE_PORT'],
  ])('OPS-55 %s is found, asked for its health and published on the port that its image opens', (name, variable) => {
    const port = serviceOf(name).environment?.[variable];
    expect(instruction(name, 'EXPOSE')).toEqual([port]);
    expect(instruction(name, 'ENV')).toContain(`${variable}=${port}`);
    expect(read('nginx/addresses.conf')).toContain(`set $${name} ${name}:${port};`);
    expect(serviceOf(name).healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${port}/`);
    expect(serviceOf(name).ports).toBeUndefined();
  });

  test('OPS-55 nginx listens where its image says, and is published to this machine alone', () => {
    expect(instruction('nginx', 'EXPOSE')).toEqual(['8080']);
    expect(read('nginx/addresses.conf')).toContain('listen 8080;');
    expect(serviceOf('nginx').ports?.map((port) => fill(port, {}))).toEqual(['127.0.0.1:8080:8080']);
    for (const [name, service] of Object.entries(services))
      for (const port of service.ports ?? [])
        expect([name, fill(port, {})]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/)]);
  });

  test('OPS-56 gives every service the time that it takes to stop', () => {
    expect(secondsOf(serviceOf('signaling').stop_grace_period) * 1000).toBeGreaterThan(
      DEFAULT_LIMITS.shutdownTimeoutMs + 2000,
    );
    expect(secondsOf(serviceOf('archiver').stop_grace_period) * 1000).toBeGreaterThan(
      ARCHIVER_LIMITS.shutdownTimeoutMs + 500,
    );
  });
});

describe('infra/prometheus', () => {
  const gauges = { sockets: () => 0, openRoomSockets: () => 0, counts: () => ({ peers: 0, rooms: 0, archivers: 0 }) };
  const exposed = async (): Promise<{ readonly signaling: string; readonly archiver: string }> => {
    const [signaling, archiver] = [createSignalingMetrics(), createArchiverMetrics()];
    signaling.watch(gauges);
    archiver.watch({
      ...{ rooms: () => 0, peers: () => 0, pendingBytes: () => 0, mesh: () => ({}), openRooms: () => [] },
      ...{ isStoreReady: () => true, isSignalingConnected: () => true },
    });
    archiver.watchJobs(() => Promise.resolve({ queued: 0 }));
    return { signaling: await signaling.expose(), archiver: await archiver.expose() };
  };
  interface Rules {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly labels: { readonly severity: string };
        readonly annotations: { readonly summary: string };
      }[];
    }[];
  }

  test('OPS-60 asks each service on the port that compose gives its metrics', () => {
    const { scrape_configs: jobs, rule_files: rules } = parse(read('infra/prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
      rule_files: string[];
    }; // our own file; its parts are compared
    const targets = jobs.map((job) => [job.job_name, job.static_configs.flatMap((one) => one.targets)]);
    expect(targets).toEqual([
      ['signaling', [`signaling:${serviceOf('signaling').environment?.['METRICS_PORT']}`]],
      ['archiver', [`archiver:${serviceOf('archiver').environment?.['ARCHIVE_METRICS_PORT']}`]],
    ]);
    for (const file of rules) expect(existsSync(join(repository, 'infra/prometheus', file))).toBe(true);
  });

  test('OPS-61 alerts on metrics and labels that the services have', async () => {
    const { signaling, archiver } = await exposed();
    const { groups } = parse(read('infra/prometheus/alerts.yml')) as Rules; // our own file
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(8);
    for (const { alert, expr, labels, annotations } of rules) {
      const names = [...expr.matchAll(/\b(?:vicinal|nodejs|process)_\w+/g)].map(([name]) =>
        name.replace(/_(bucket|count|sum)$/, ''),
      );
      for (const name of names) {
        const has = (exposition: string): boolean => exposition.includes(`# TYPE ${name} `);
        expect([alert, name, has(signaling) || has(archiver)]).toEqual([alert, name, true]);
      }
      expect([alert, names.length > 0 || expr === 'up == 0']).toEqual([alert, true]);
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(20);
    }
  });

  test('OPS-62 OPERATIONS.md lists the metrics that the services have, and no other', async () => {
    const { signaling, archiver } = await exposed();
    const real = [...`${signaling}\n${archiver}`.matchAll(/^# TYPE (vicinal_\w+) /gm)].map((match) => match[1] ?? '');
    const written = read('OPERATIONS.md').split('\n## Metrics\n')[1]?.split('\n## ')[0] ?? '';
    const rows = written.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) => {
      const first = /`(vicinal_\w+?)(?:\{[^`]*)?`/.exec(row)?.[1] ?? '';
      const prefix = first.replace(/[^_]+$/, '').replace(/_$/, '');
      return [...row.matchAll(/`((?:vicinal)?_\w+)(?:\{[^`]*)?`/g)].map(([, name = '']) =>
        name.startsWith('_') ? `${prefix}${name}` : name,
      );
    });
    expect(listed.toSorted()).toEqual([...new Set(real)].toSorted());
  });
});
