import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl, runTask } from './cluster.ts';

const show = (text: string) => process.stderr.write(text);

/** For whoever reads why it did not come up. */
const look = async (): Promise<void> => {
  show(await kubectl('get', 'pods', '-o', 'wide'));
  show(await kubectl('get', 'events', '--field-selector', 'type=Warning', '--sort-by', '.lastTimestamp'));
};

/** Once for all files: from nothing to ready, and away again with all its data. */
export const setup = async (): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-k8s-'));
  const file = join(folder, '.env');
  process.env.K8S_TEST_ENV = file;
  const end = async () => {
    rmSync(folder, { recursive: true });
    await runTask('k8s:down', '--all');
  };
  try {
    await runTask('dotenv:generate', '--file', file);
    await runTask('k8s:up', 'minikube', '--file', file, '--timeout', '420');
  } catch (error) {
    await look().catch(() => {});
    await end();
    throw error;
  }
  return end;
};
