-- Append-only logs of documents. Addresses are (room, doc, gen); a session is named by its derived client id (< 2^53).

-- One row: the identity of this database as an archive. A database restored from a backup gets a new one.
create table archive.archive_meta (
  only_row boolean primary key default true check (only_row),
  archive_id bytea not null default uuid_send(gen_random_uuid()) check (octet_length(archive_id) = 16),
  created_at timestamptz not null default now()
);
insert into archive.archive_meta default values;

-- The claim of an archiver on a room. Every commit locks the row of its room and counts archive_seq here.
create table archive.leases (
  room text primary key check (octet_length(room) = 22),
  lease bigint not null default 0,
  archive_seq bigint not null default 0 check (archive_seq >= 0)
);

create table archive.headers (
  room text not null references archive.leases (room),
  doc text not null check (doc in ('meta', 'content', 'talk', 'jobs', 'index')),
  gen integer not null check (gen >= 0),
  client_id bigint not null check (client_id >= 0 and client_id < 9007199254740992),
  v integer not null,
  alg smallint not null,
  device_pub bytea not null check (octet_length(device_pub) = 32),
  nonce bytea not null check (octet_length(nonce) = 16),
  -- Compact JWS; '' until the room is registered. Not covered by the signature: completed or corrected by what was verified.
  grant_jws text not null default '',
  sig bytea not null check (octet_length(sig) = 64),
  header_hash bytea not null check (octet_length(header_hash) = 32),
  created_at timestamptz not null default now(),
  primary key (room, doc, gen, client_id)
);

-- Where each session's log ends; advanced by compare-and-set in the commit that inserts the entries.
create table archive.session_heads (
  room text not null,
  doc text not null,
  gen integer not null,
  client_id bigint not null,
  seq bigint not null check (seq > 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (room, doc, gen, client_id),
  foreign key (room, doc, gen, client_id) references archive.headers (room, doc, gen, client_id)
);

create table archive.envelopes (
  room text not null,
  doc text not null,
  gen integer not null,
  client_id bigint not null,
  seq bigint not null check (seq > 0),
  -- The entry as it travels: client id, seq, deps, update, signature.
  entry bytea not null,
  -- SHA-256 of its signed body: the link of the chain.
  hash bytea not null check (octet_length(hash) = 32),
  -- Order of application: the commit, and the place in it.
  archive_seq bigint not null,
  place integer not null,
  primary key (room, doc, gen, client_id, seq)
) partition by hash (room);
create table archive.envelopes_0 partition of archive.envelopes for values with (modulus 8, remainder 0);
create table archive.envelopes_1 partition of archive.envelopes for values with (modulus 8, remainder 1);
create table archive.envelopes_2 partition of archive.envelopes for values with (modulus 8, remainder 2);
create table archive.envelopes_3 partition of archive.envelopes for values with (modulus 8, remainder 3);
create table archive.envelopes_4 partition of archive.envelopes for values with (modulus 8, remainder 4);
create table archive.envelopes_5 partition of archive.envelopes for values with (modulus 8, remainder 5);
create table archive.envelopes_6 partition of archive.envelopes for values with (modulus 8, remainder 6);
create table archive.envelopes_7 partition of archive.envelopes for values with (modulus 8, remainder 7);

create table archive.checkpoints (
  room text not null,
  doc text not null,
  gen integer not null,
  archive_seq bigint not null,
  -- The encoded signed checkpoint, as it travels.
  body bytea not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  created_at timestamptz not null default now(),
  primary key (room, doc, gen, archive_seq)
);

-- Highest acknowledged heads, per acknowledging archive or device.
create table archive.acknowledged (
  room text not null,
  doc text not null,
  gen integer not null,
  by_id text not null,
  archive_seq bigint not null,
  durability text not null check (durability in ('memory', 'device', 'archive-os', 'archive-disk')),
  at_ms bigint not null,
  heads bytea not null,
  primary key (room, doc, gen, by_id)
);

-- One row per committed batch of a document.
create table archive.operations_log (
  at timestamptz not null default now(),
  room text not null,
  doc text not null,
  gen integer not null,
  archive_seq bigint not null,
  kind text not null check (kind in ('append', 'checkpoint')),
  sessions integer not null,
  entries integer not null,
  bytes bigint not null
) partition by range (at);
create table archive.operations_log_rest partition of archive.operations_log default;
create index on archive.operations_log (room, at);

-- Receipts as signed and sent.
create table archive.receipts (
  at timestamptz not null default now(),
  room text not null,
  doc text not null,
  gen integer not null,
  lease bigint not null,
  archive_seq bigint not null,
  durability text not null check (durability in ('archive-os', 'archive-disk')),
  heads bytea not null,
  sig bytea not null check (octet_length(sig) = 64)
) partition by range (at);
create table archive.receipts_rest partition of archive.receipts default;
create index on archive.receipts (room, at);

-- Makes the partitions of this month and of `months_ahead` further ones, UTC. Repeating it is harmless. A month for
-- which rows already went into the rest partition is left there. Returns how many partitions were made.
create function archive.create_partitions_ahead(months_ahead integer) returns integer
language plpgsql as $$
declare
  parent text;
  first_day date;
  part text;
  taken boolean;
  made integer := 0;
begin
  -- Two archivers over one database may start at once.
  perform pg_advisory_xact_lock(hashtextextended('vicinal/archive/partitions', 0));
  foreach parent in array array['operations_log', 'receipts'] loop
    for i in 0..months_ahead loop
      first_day := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
      part := format('%s_%s', parent, to_char(first_day, 'YYYY_MM'));
      if to_regclass(format('archive.%I', part)) is null then
        execute format('select exists (select from archive.%I where at >= $1 and at < $2)', parent || '_rest')
          into taken
          using first_day::timestamp at time zone 'UTC', (first_day + interval '1 month') at time zone 'UTC';
        if not taken then
          execute format(
            'create table archive.%I partition of archive.%I for values from (%L) to (%L)',
            part, parent,
            to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
            to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
          );
          made := made + 1;
        end if;
      end if;
    end loop;
  end loop;
  return made;
end
$$;
