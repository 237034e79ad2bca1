-- When a push was given to the devices of the person; null for items that stayed in the app.
alter table inbox add column pushed_at timestamptz;
create index inbox_pushed on inbox (user_id, pushed_at) where pushed_at is not null;
