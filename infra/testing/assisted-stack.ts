/** The whole product with a model provider on this machine. */
import { startModelProvider, type ModelProvider } from '@vicinal/archiver/testing/model-provider.ts';
import { startTestStack, type TestStack } from './stack.ts';

export interface AssistedStack extends TestStack {
  readonly provider: ModelProvider;
}

export async function startAssistedStack(): Promise<AssistedStack> {
  const provider = await startModelProvider();
  const stack = await startTestStack({ env: { AI_BASE_URL: provider.baseUrl, AI_MODEL: 'small' } });
  return {
    ...stack,
    provider,
    async close() {
      await stack.close();
      await provider.close();
    },
  };
}
