// The tracker alone with the SQLite buffer; a sink acknowledges what came, as an enricher elsewhere would.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { newId } from '@pushtech/event';
import { openPlaces } from '@pushtech/place';
import { createHost, createLogger, createMetrics, createReadAddress } from '@pushtech/service';
import { createTracker } from '@pushtech/tracker';

const secretKey = 'the key of the bench, longer than 32 characters';
const record = createLogger('warn', 'bench');
const metrics = createMetrics();
const buffer = await openBuffer(
  `sqlite:${join(mkdtempSync(join(tmpdir(), 'pushtech-bench-')), 'buffer.db')}`,
);
const guard = createGuard({ password: '', apiToken: '', secretKey, clock: Date.now });
const places = await openPlaces({ cityPath: '/none.mmdb', warn: () => {} });
const deps = {
  buffer,
  guard,
  places,
  devices: createDevices(),
  secretKey,
  readAddress: createReadAddress([]),
  record,
  metrics,
  newId,
  clock: Date.now,
};
const host = await createHost({ services: [createTracker(deps)], record, metrics });
const { port } = await host.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ port });
process.on('SIGTERM', async () => {
  await host.close();
  await buffer.close();
  process.exit(0);
});
