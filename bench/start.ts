import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnFlow } from './processes.ts';
import { judged, median, type Row } from './table.ts';

export const measureStart = async (): Promise<Row[]> => {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'pushtech-start-'));
    const flow = await spawnFlow(folder);
    times.push(flow.readyMs / 1000);
    await flow.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return [judged('start to ready', median(times), 's', 2)];
};
