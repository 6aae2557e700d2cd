import { join } from 'node:path';
import { readStoreSettings, type StoreSettings } from '../migrate/store-settings.ts';
import { secretKeyOf } from '../secret-key.ts';
import type { TaskIo } from '../task.ts';

const openAll = async (settings: StoreSettings, stack: AsyncDisposableStack) => {
  const [{ openBuffer }, { openLog }, { openEraser }, { openStore }] = await Promise.all([
    import('@pushtech/buffer'),
    import('@pushtech/log'),
    import('@pushtech/stats'),
    import('@pushtech/store'),
  ]);
  const keep = <T extends { close(): Promise<void> }>(one: T): T => stack.adopt(one, () => one.close());
  return {
    log: keep(await openLog(settings.LOG_URL)),
    store: keep(await openStore(settings.STORE_URL)),
    eraser: keep(await openEraser(settings.STATS_URL)),
    buffer: keep(await openBuffer(settings.BUFFER_URL)),
  };
};

/**
 * Everything that may know a visitor, as the services have it.
 * @throws PushtechError `TASK_SETTINGS` (fatal), and what the engines throw
 */
export const openStores = async (env: TaskIo['env']) => {
  const settings = await readStoreSettings(env);
  const secretKey = await secretKeyOf(env);
  await using opening = new AsyncDisposableStack();
  const opened = await openAll(settings, opening);
  const stack = opening.move();
  const spoolDir = env.SPOOL_DIR || join(settings.DATA_DIR, 'spool');
  return { ...opened, settings, secretKey, spoolDir, close: () => stack.disposeAsync() };
};

export type Stores = Awaited<ReturnType<typeof openStores>>;
