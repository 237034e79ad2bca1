-- Ids, roles and times. No table here holds a title, a file name or anything that was written in a document.

create table instance (
  only_row boolean primary key default true check (only_row),
  issuer text not null
);

create table signing_keys (
  kid text primary key,
  public_x text not null,
  private_d text not null,
  created_at timestamptz not null,
  signs_from timestamptz not null
);

create table users (
  id text primary key check (length(id) = 22),
  name text not null check (length(name) between 1 and 80),
  colour smallint not null check (colour between 0 and 11),
  email text unique,
  password_hash text,
  created_at timestamptz not null,
  check ((email is null) = (password_hash is null))
);

create table sessions (
  id text primary key check (length(id) = 22),
  user_id text not null references users on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

-- Every refresh token of a session, hashed; `parent` is the one it was exchanged for.
create table refresh_tokens (
  hash bytea primary key,
  session_id text not null references sessions on delete cascade,
  parent bytea,
  issued_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table workspaces (
  id text primary key check (length(id) = 22),
  name text not null check (length(name) between 1 and 80),
  created_at timestamptz not null
);

create table workspace_members (
  workspace_id text not null references workspaces on delete cascade,
  user_id text not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'guest')),
  created_at timestamptz not null,
  primary key (workspace_id, user_id)
);
create index workspace_members_user on workspace_members (user_id);

create table rooms (
  id text primary key check (length(id) = 22),
  workspace_id text not null references workspaces on delete cascade,
  kind text not null check (kind in ('document', 'workspace-index', 'personal-index')),
  created_by text not null references users,
  access_epoch integer not null default 0,
  created_at timestamptz not null
);
create index rooms_workspace on rooms (workspace_id, kind);
create unique index rooms_workspace_index on rooms (workspace_id) where kind = 'workspace-index';
create unique index rooms_personal_index on rooms (workspace_id, created_by) where kind = 'personal-index';

create table links (
  id text primary key check (length(id) = 22),
  room_id text not null references rooms on delete cascade,
  token_hash bytea not null unique,
  role text not null check (role in ('editor', 'commenter', 'viewer')),
  created_by text not null references users,
  created_at timestamptz not null,
  expires_at timestamptz,
  max_uses integer check (max_uses > 0),
  uses integer not null default 0,
  revoked_at timestamptz,
  check (max_uses is null or uses <= max_uses)
);
create index links_room on links (room_id);

-- `overrides`: access was once taken away, so what the workspace gives does not count any more. A null role: no access.
create table room_members (
  room_id text not null references rooms on delete cascade,
  user_id text not null references users on delete cascade,
  role text check (role in ('owner', 'editor', 'commenter', 'viewer')),
  link_id text references links on delete set null,
  expires_at timestamptz,
  overrides boolean not null default false,
  changed_at timestamptz not null,
  primary key (room_id, user_id),
  check (role is not null or overrides)
);
create index room_members_user on room_members (user_id);
create index room_members_link on room_members (link_id);

create table archivers (
  id text primary key check (length(id) = 22),
  created_at timestamptz not null
);

-- A key belongs to one user or one archiver for good.
create table devices (
  id text primary key check (length(id) = 43),
  public_key bytea not null check (length(public_key) = 32),
  user_id text references users on delete cascade,
  archiver_id text references archivers on delete cascade,
  label text not null check (length(label) <= 80),
  created_at timestamptz not null,
  check ((user_id is null) <> (archiver_id is null))
);
create index devices_user on devices (user_id);
create unique index devices_archiver on devices (archiver_id) where archiver_id is not null;

create table workspace_archivers (
  workspace_id text not null references workspaces on delete cascade,
  archiver_id text not null references archivers on delete cascade,
  access_epoch integer not null default 0,
  enrolled_at timestamptz not null,
  revoked_at timestamptz,
  primary key (workspace_id, archiver_id)
);
create index workspace_archivers_archiver on workspace_archivers (archiver_id);

create table setup_links (
  hash bytea primary key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table enrolment_codes (
  hash bytea primary key,
  workspace_id text not null references workspaces on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
