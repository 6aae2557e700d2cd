// `npm start`: the whole system in one process. `npm start -- tracker`: one service as a process of its own.
import { startAll } from './start-all.ts';
import { startService } from './start-service.ts';

const [service] = process.argv.slice(2);
await (service === undefined ? startAll() : startService(service));
