/** Events that signaling is to hear of, kept until it has, and remembered after that. */
import { mentionKey, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { Pool } from 'pg';
import type { ConnectionLimits } from './connection.ts';
import { bytesOf, columns } from './rows.ts';

export interface WaitingEvent {
  readonly key: Uint8Array;
  readonly event: ArchiverEvent;
}

/** Every call rejects with what the database reports. */
export interface Outbox {
  /** Keeps events that are not known yet, whether delivered or not. Resolves to how many were new. */
  record(events: readonly ArchiverEvent[]): Promise<number>;
  /** Not delivered yet, oldest first. */
  waiting(limit: number): Promise<readonly WaitingEvent[]>;
  delivered(keys: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  readonly key: Buffer;
  readonly room: RoomId;
  readonly mention: string;
  readonly actor: UserId;
  readonly target: UserId;
}

/** Opens no connection yet. */
export function createOutbox(
  url: string,
  workspace: WorkspaceId,
  limits: Pick<ConnectionLimits, 'connectTimeoutMs' | 'statementTimeoutMs'>,
): Outbox {
  const pool = new Pool({
    connectionString: url,
    application_name: 'vicinal-archiver-outbox',
    max: 1,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    query_timeout: limits.statementTimeoutMs,
  });
  pool.on('error', () => undefined); // an idle connection broke; the pool replaces it
  let closing: Promise<void> | undefined;
  return {
    record: async (events) => {
      const { rowCount } = await pool.query(
        `insert into archive.outbox (key, workspace, room, mention, actor, target)
         select key, $1, room, mention, actor, target
         from unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[]) as n (key, room, mention, actor, target)
         on conflict (key) do nothing`,
        [
          workspace,
          ...columns(events, [
            ({ room, mention, target }) => mentionKey(room, mention, target),
            ({ room }) => room,
            ({ mention }) => mention,
            ({ actor }) => actor,
            ({ target }) => target,
          ]),
        ],
      );
      return rowCount ?? 0;
    },
    waiting: async (limit) => {
      const { rows } = await pool.query<Row>(
        `select key, room, mention, actor, target from archive.outbox
         where workspace = $1 and delivered_at is null order by created_at, key limit $2`,
        [workspace, limit],
      );
      return rows.map(({ key, room, mention, actor, target }) => ({
        key: bytesOf(key),
        event: { kind: 'mention', room, mention, actor, target },
      }));
    },
    delivered: async (keys) => {
      await pool.query('update archive.outbox set delivered_at = now() where key = any($1::bytea[])', [keys]);
    },
    close: () => (closing ??= pool.end()),
  };
}
