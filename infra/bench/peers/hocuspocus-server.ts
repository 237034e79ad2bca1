/** `node hocuspocus-server.ts [DEBOUNCE_MS]`, listening on the variable PORT of loopback; nothing is stored. */
import { Server } from '@hocuspocus/server';

const [, , debounce] = process.argv;
const server = new Server({
  port: Number(process.env['PORT']),
  address: '127.0.0.1',
  quiet: true,
  ...(debounce === undefined ? {} : { debounce: Number(debounce) }),
});
await server.listen();
