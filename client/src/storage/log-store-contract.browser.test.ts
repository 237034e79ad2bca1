import type { UserId } from '@vicinal/shared/ids.ts';
import { testLogStoreContract } from '@vicinal/shared/testing/log-store-contract.ts';
import { openAccountDatabase } from './database.ts';
import { createUpdateStore } from './update-store.ts';

const user = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId; // a valid id
let databases = 0;

testLogStoreContract('IndexedDB', async () => {
  databases += 1;
  const issuer = `contract ${databases}`;
  let database = await openAccountDatabase(issuer, user);
  return {
    store: createUpdateStore(database),
    reopen: async () => {
      database.close();
      database = await openAccountDatabase(issuer, user);
      return createUpdateStore(database);
    },
    close: async () => database.close(),
  };
});
