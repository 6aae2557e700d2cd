import { createForeignPlace, createPlace, startChild } from '@pushtech/sqlite/testing';
import { openLog } from '../../src/index.ts';
import { logContract } from '../contract.ts';
import { record } from '../kit.ts';

logContract('sqlite', () => createPlace());

logContract('sqlite with a prefix, beside records without one', async () => {
  const { url, path, dispose } = await createPlace('?prefix=x_&leaseMs=1500');
  const other = await openLog(`sqlite:${path}`);
  await other.append([record('not yours')]);
  await other.close();
  return { url, dispose };
});

logContract('sqlite with foreign rows in the file', async () => {
  const place = await createForeignPlace(['topics', 'groups', 'records', 'records_1', 'other']);
  return { ...place, url: `${place.url}?leaseMs=1500` };
});

logContract('sqlite while a second process writes to the file', async () => {
  const { url, path, dispose } = await createPlace('?leaseMs=1500');
  const child = startChild(
    new URL('../child.ts', import.meta.url),
    `sqlite:${path}?prefix=neighbour_`,
    'neighbour',
  );
  await child.said('ready');
  return {
    url,
    async dispose() {
      await child.kill();
      await dispose();
    },
  };
});
