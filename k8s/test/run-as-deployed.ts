import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeployedService } from '@pushtech/scripts/deploy';
import { root } from './deployed.ts';
import { environmentOf } from './rules/environment.ts';
import type { Manifest } from './rules/manifest.ts';
import { serviceOf, workloads } from './rules/pods.ts';
import type { Deployed } from './rules/rule.ts';

/** What a test must change: engines of its own, and a port that the system picks, on loopback. */
const ofTest = (dataDir: string) => ({
  HOST: '127.0.0.1',
  PORT: '0',
  DATA_DIR: dataDir,
  BUFFER_URL: '',
  LOG_URL: '',
  STATS_URL: '',
  STORE_URL: '',
  GEOIP_CITY_PATH: '/nowhere/at-all.mmdb',
  HEARTBEAT_SECONDS: '0',
});

const urlIn = (output: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    output.on('data', (chunk) => {
      said += chunk;
      const found = /"url":"http:\/\/[^":]+:(\d+)"/.exec(said);
      if (found) resolve(`http://127.0.0.1:${found[1]}`);
    });
  });

/** A service as its container would run it: that command, those flags, that environment, in its folder. */
export const runAsDeployed = async (
  service: DeployedService,
  documents: readonly Manifest[],
  deployed: Deployed,
) => {
  const container = workloads(documents).find((one) => serviceOf(one, [service]))?.pod.containers[0];
  if (!container) throw new Error(`${service.name} is not in the render`);
  const [program, ...args] = container.command ?? [];
  if (program !== 'node') throw new Error(`${service.name} is started with ${program}, not with node`);
  const dataDir = mkdtempSync(join(tmpdir(), 'pushtech-deployed-'));
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL(service.folder, root)),
    env: { PATH: process.env.PATH, ...environmentOf(container, documents, deployed), ...ofTest(dataDir) },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Whatever happens to the test, nothing stays behind.
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit').then(([code]) => {
    rmSync(dataDir, { recursive: true, force: true });
    return code as number;
  });
  const url = await Promise.race([
    urlIn(child.stdout),
    ended.then((code) => Promise.reject(new Error(`${service.name} ended with ${code} before it was ready`))),
  ]);
  const stop = (): Promise<number> => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, stop };
};
