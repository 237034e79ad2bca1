-- Mentions that signaling is told of. A row stays when it was delivered: the same mention is reported once. Ids only.
create table archive.outbox (
  key bytea primary key check (octet_length(key) = 32),
  workspace text not null check (octet_length(workspace) = 22),
  room text not null check (octet_length(room) = 22),
  mention text not null check (octet_length(mention) = 22),
  actor text not null check (octet_length(actor) = 22),
  target text not null check (octet_length(target) = 22),
  created_at timestamptz not null default now(),
  delivered_at timestamptz
);
create index outbox_waiting on archive.outbox (workspace, created_at) where delivered_at is null;
