/** For tests of packages that may import `infra/testing` only. */
export { freePort } from '../scripts/ports.ts';
