-- Who has access to a document without being added: nobody, or the members of its workspace with this role.
alter table rooms
  add column audience text not null default 'workspace' check (audience in ('restricted', 'workspace')),
  add column audience_role text not null default 'editor' check (audience_role in ('editor', 'commenter', 'viewer'));

-- What each link gave to each person: a second link adds to the first, and revoking one leaves the other.
create table link_grants (
  link_id text not null references links on delete cascade,
  user_id text not null references users on delete cascade,
  room_id text not null references rooms on delete cascade,
  role text not null check (role in ('editor', 'commenter', 'viewer')),
  expires_at timestamptz,
  created_at timestamptz not null,
  primary key (link_id, user_id)
);
create index link_grants_user on link_grants (user_id, room_id);
create index link_grants_room on link_grants (room_id);

insert into link_grants (link_id, user_id, room_id, role, expires_at, created_at)
  select link_id, user_id, room_id, role, expires_at, changed_at from room_members where link_id is not null and role in ('editor', 'commenter', 'viewer');

-- `room_members` keeps what is given by hand. `barred_at`: links made before are of no use to the person here.
alter table room_members add column barred_at timestamptz;
update room_members set barred_at = changed_at where overrides;
delete from room_members where link_id is not null and not overrides;
update room_members set role = null, expires_at = null where link_id is not null;
alter table room_members drop column link_id;

-- Whoever uses one becomes a member.
create table workspace_links (
  id text primary key check (length(id) = 22),
  workspace_id text not null references workspaces on delete cascade,
  token_hash bytea not null unique,
  created_by text not null references users,
  created_at timestamptz not null,
  expires_at timestamptz,
  max_uses integer check (max_uses > 0),
  uses integer not null default 0,
  revoked_at timestamptz,
  check (max_uses is null or uses <= max_uses)
);
create index workspace_links_workspace on workspace_links (workspace_id);
create index links_creator on links (created_by);

-- People put out of a workspace, or made guests of it: links of the kind that were made before do not let them in again.
create table workspace_bars (
  workspace_id text not null references workspaces on delete cascade,
  user_id text not null references users on delete cascade,
  link_kind text not null check (link_kind in ('document', 'workspace')),
  barred_at timestamptz not null,
  primary key (workspace_id, user_id, link_kind)
);

-- A revoked key stays here, so that nobody registers it again. `session_id`: the sign-in that used the device last.
alter table devices
  add column session_id text references sessions on delete set null,
  add column last_seen_at timestamptz,
  add column revoked_at timestamptz;
create index devices_session on devices (session_id);
