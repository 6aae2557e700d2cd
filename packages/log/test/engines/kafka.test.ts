import { startChild } from '@pushtech/sqlite/testing';
import { needs } from '@pushtech/testing';
import { afterAll } from 'vitest';
import { openLog } from '../../src/index.ts';
import { logContract } from '../contract.ts';
import { record } from '../kit.ts';
import {
  brokers,
  clear,
  createDefaultPlace,
  createForeigners,
  createPlace,
  newPrefix,
} from './kafka-place.ts';

needs('kafka')('kafka', () => {
  // All its tests use the topics t and u of the broker itself.
  logContract('kafka', createDefaultPlace, { oneByOne: true });

  logContract('kafka with a prefix and one partition, beside records without one', async () => {
    const place = await createPlace('&partitions=1');
    const without = newPrefix().slice(0, -1);
    const other = await openLog(`kafka://${brokers}`);
    await other.append([record('not yours', without)]);
    await other.close();
    const dispose = async (): Promise<void> => {
      await place.dispose();
      await clear((name) => name === without);
    };
    return { url: place.url, dispose };
  });

  const foreigners = createForeigners();
  afterAll(() => foreigners.dispose());
  logContract('kafka with foreign topics and groups beside it', foreigners.createPlace, { oneByOne: true });

  logContract('kafka while a second process writes beside it', async () => {
    const [place, neighbour] = [await createPlace('&partitions=6'), await createPlace()];
    const child = startChild(new URL('../child.ts', import.meta.url), neighbour.url, 'neighbour');
    await child.said('ready');
    const dispose = async (): Promise<void> => {
      await child.kill();
      await neighbour.dispose();
      await place.dispose();
    };
    return { url: place.url, dispose };
  });
});
