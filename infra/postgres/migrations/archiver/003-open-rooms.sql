-- Rooms of stock y-webrtc that the operator declared open. Nothing of them is in the logs above, nor ever moves there.

create table archive.open_rooms (
  room text primary key check (room ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  -- What applying every update up to seq gave, as a V1 update; null before the first compaction.
  seq bigint not null default 0 check (seq >= 0),
  state bytea,
  at_ms bigint,
  -- The archiver that took it and its signature: that this came from an open room, not who wrote it.
  signer bytea check (octet_length(signer) = 32),
  sig bytea check (octet_length(sig) = 64),
  check (num_nulls(state, at_ms, signer, sig) in (0, 4))
);

-- Updates after the state: batches, each of V1 updates with their lengths, in the order applied.
create table archive.open_room_updates (
  room text not null references archive.open_rooms (room) on delete cascade,
  seq bigint not null check (seq > 0),
  body bytea not null,
  at_ms bigint not null,
  signer bytea not null check (octet_length(signer) = 32),
  sig bytea not null check (octet_length(sig) = 64),
  primary key (room, seq)
);
