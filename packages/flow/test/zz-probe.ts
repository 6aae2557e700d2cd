import { createHost, createLogger, createMetrics } from '@pushtech/service';
import { say, request, statuses } from './raw-http.ts';
if (process.argv[2]) {
  const url = process.argv[2];
  let bad = 0;
  for (let n = 0; n < 100; n++) {
    const t = Date.now();
    const a = await say(url, request('/t/a', Array(1000).fill(`X-Big: ${'a'.repeat(1000)}`))).catch(e=>String(e));
    if (statuses(a)[0] !== 431) { bad++; console.log(n, Date.now()-t, JSON.stringify(a.slice(0,100))); }
  }
  console.log('bad', bad);
} else {
  const host = await createHost({ services: [{name:'x', start: async()=>{}, stop: async()=>{}, status: async()=>({degraded:[]})}], record: createLogger('info','x'), metrics: createMetrics() });
  console.log((await host.listen({host:'127.0.0.1',port:0})).url);
}
