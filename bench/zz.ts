import { createDevices } from '@pushtech/device';
import { openPlaces } from '@pushtech/place';
import { createCounts } from '../enricher/src/counts.ts';
import { createDropPolicy } from '../enricher/src/drop-policy.ts';
import { enrichEntry } from '../enricher/src/enrich-entry.ts';
import { loadReferrerLists } from '../enricher/src/referrer-lists.ts';
import { createSteps } from '../enricher/src/steps/index.ts';
import { hitBody } from './hit-bodies.ts';
const places = await openPlaces({ cityPath: '', warn: () => {}, record: console as never, clock: Date.now } as never);
const steps = createSteps({ places, devices: createDevices(), secretKey: 'x'.repeat(40), sites: [], clock: Date.now, referrers: loadReferrerLists() } as never);
const deps = { steps, drops: createDropPolicy(Date.now), counts: createCounts(), clock: Date.now };
const bodies = Array.from({ length: 500 }, (_, i) => ({ id: `${i}`, body: hitBody(i * 100, 100), redelivered: false }));
console.log(bodies[0]!.body.length);
for (let r = 0; r < 5; r++) {
  const c = process.cpuUsage(); let n = 0, b = 0;
  for (const e of bodies) { const rec = await enrichEntry(e, deps); n += rec.length; b += rec.reduce((s, x) => s + x.value.length, 0); }
  const d = process.cpuUsage(c);
  console.log(((d.user + d.system) / n).toFixed(2), 'us/record', n, b / n);
  if (r === 4) console.log((await enrichEntry(bodies[3]!, deps))[5]);
}
await places.close();
