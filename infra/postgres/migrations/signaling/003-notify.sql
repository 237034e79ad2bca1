-- What people are told of: ids, kinds and times. `event_key`: the same event is told of once.
create table inbox (
  id text primary key check (length(id) = 22),
  user_id text not null references users on delete cascade,
  kind text not null check (kind in ('invite-accepted', 'mention', 'access-requested')),
  workspace_id text not null references workspaces on delete cascade,
  room_id text references rooms on delete cascade,
  actor_id text not null references users on delete cascade,
  mention_id text check (length(mention_id) = 22),
  event_key bytea not null unique check (octet_length(event_key) = 32),
  created_at timestamptz not null,
  read_at timestamptz,
  -- When the next step is due; null when there is none.
  push_due_at timestamptz
);
create index inbox_user on inbox (user_id, created_at desc, id);
create index inbox_due on inbox (push_due_at) where push_due_at is not null;
create index inbox_actor on inbox (actor_id, created_at);

-- The last input of a person, on any device.
create table activity (
  user_id text primary key references users on delete cascade,
  last_at timestamptz not null
);

create table push_subscriptions (
  device_id text primary key references devices on delete cascade,
  endpoint text not null unique check (length(endpoint) <= 1024),
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null
);

-- One message to one device that has not been handed over yet. `due_at` lies ahead while somebody is sending it.
create table push_deliveries (
  inbox_id text not null references inbox on delete cascade,
  device_id text not null references push_subscriptions on delete cascade,
  due_at timestamptz not null,
  attempts integer not null default 0,
  primary key (inbox_id, device_id)
);
create index push_deliveries_due on push_deliveries (due_at);
create index push_deliveries_device on push_deliveries (device_id);

-- One row: the identity of this instance towards the push services. Subscriptions are bound to it.
create table vapid_keys (
  only_row boolean primary key default true check (only_row),
  public_key text not null,
  private_key text not null,
  created_at timestamptz not null
);
