/** Global set-up of the journeys: the production build of the client, made once. */
import { buildClient } from '../scripts/client-build.ts';

export async function setup(): Promise<void> {
  await buildClient((line) => console.log(line));
}
