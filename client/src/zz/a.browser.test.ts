import { expect, test } from 'vitest';
test('browser runs', async () => { expect(indexedDB).toBeDefined(); expect(navigator.userAgent).toContain('Chrome'); });
