/** Table `users`. */
import type { UserId } from '@vicinal/shared/ids.ts';
import type { Db } from './pool.ts';

export interface UserRow {
  readonly id: UserId;
  readonly name: string;
  readonly colour: number;
  /** Lower case; null for guests. */
  readonly email: string | null;
}

export interface NewUser extends UserRow {
  readonly passwordHash: string | null;
}

export async function insertUser(db: Db, user: NewUser, now: Date): Promise<void> {
  await db.query(
    'insert into users (id, name, colour, email, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)',
    [user.id, user.name, user.colour, user.email, user.passwordHash, now],
  );
}

/** Of the newest users. */
export async function latestColours(db: Db, count: number): Promise<readonly number[]> {
  const { rows } = await db.query<Pick<UserRow, 'colour'>>(
    'select colour from users order by created_at desc, id limit $1',
    [count],
  );
  return rows.map(({ colour }) => colour);
}

export async function findUserByEmail(
  db: Db,
  email: string,
): Promise<(UserRow & { readonly passwordHash: string }) | undefined> {
  const { rows } = await db.query<UserRow & { passwordHash: string }>(
    'select id, name, colour, email, password_hash as "passwordHash" from users where email = $1',
    [email],
  );
  return rows[0];
}

export async function findUser(db: Db, id: UserId): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>('select id, name, colour, email from users where id = $1', [id]);
  return rows[0];
}

/** What a guest lacks for an account. False for whoever has one; a unique violation when the address is taken. */
export async function upgradeUser(
  db: Db,
  id: UserId,
  account: { name: string; email: string; passwordHash: string },
): Promise<boolean> {
  const { count } = await db.query(
    'update users set name = $2, email = $3, password_hash = $4 where id = $1 and email is null',
    [id, account.name, account.email, account.passwordHash],
  );
  return count === 1;
}

export async function updateProfile(
  db: Db,
  id: UserId,
  change: { name?: string | undefined; colour?: number | undefined },
): Promise<void> {
  await db.query('update users set name = coalesce($2, name), colour = coalesce($3, colour) where id = $1', [
    id,
    change.name ?? null,
    change.colour ?? null,
  ]);
}

/** Whether the password still is the one with this hash; inside a transaction nobody changes it until that ends. */
export async function holdsPassword(db: Db, id: UserId, passwordHash: string): Promise<boolean> {
  const { count } = await db.query('select 1 from users where id = $1 and password_hash = $2 for share', [
    id,
    passwordHash,
  ]);
  return count === 1;
}

/** False when nobody has this address. */
export async function updatePassword(db: Db, email: string, passwordHash: string): Promise<UserId | undefined> {
  const { rows } = await db.query<{ id: UserId }>('update users set password_hash = $2 where email = $1 returning id', [
    email,
    passwordHash,
  ]);
  return rows[0]?.id;
}
