/**
 * The one import of zod. zod 4 probes `new Function` to compile parsers, which a strict CSP reports;
 * jitless has to be set before the first schema is made.
 */
import { z } from 'zod/mini';

z.config({ jitless: true });

export { z };
