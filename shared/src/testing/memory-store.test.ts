import { testLogStoreContract } from './log-store-contract.ts';
import { createMemoryStore } from './memory-store.ts';

testLogStoreContract('memory', async () => {
  const store = createMemoryStore();
  return { store, reopen: async () => store, close: () => store.close() };
});
