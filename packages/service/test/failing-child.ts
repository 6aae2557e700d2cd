// A process whose one service fails for good 50 ms after its start.
import { commonSettings, loadSettings, run, type Service } from '../src/index.ts';

const failing: Service = {
  name: 'failing',
  failed: new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('the log is gone')), 50);
  }),
  async start() {},
  status: async () => ({ degraded: [] }),
  async stop() {
    process.stdout.write('stopped in order\n');
  },
};

await run(
  'failing',
  (env) => loadSettings(commonSettings, env),
  () => async () => ({ services: [failing] }),
);
