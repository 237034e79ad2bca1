-- Mentions of people of the workspace who may not open the document: kept, and told of once they may.
alter table inbox
  add column waits boolean not null default false,
  -- When the event came in, where the person was told later (`created_at`).
  add column caused_at timestamptz;
create index inbox_waiting on inbox (workspace_id, user_id) where waits;
