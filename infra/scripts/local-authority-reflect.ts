/**
 * The dependency container inside @peculiar/x509 refuses to load without the Reflect metadata API. Nothing there has
 * constructor metadata, so answers of "none" are all it needs. Imported before it.
 */
const metadata = {
  getMetadata: (): undefined => undefined,
  getOwnMetadata: (): undefined => undefined,
  hasOwnMetadata: (): boolean => false,
  defineMetadata: (): void => undefined,
  metadata: () => (): void => undefined,
};

for (const [name, value] of Object.entries(metadata)) {
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value, configurable: true, writable: true });
}
