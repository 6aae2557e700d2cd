import { PushtechError } from '@pushtech/event';
import type { TaskIo } from '../task.ts';

/** Where the data lie. */
export interface StoreSettings {
  DATA_DIR: string;
  BUFFER_URL: string;
  LOG_URL: string;
  STATS_URL: string;
  STORE_URL: string;
}

/**
 * The same settings as the services read, by the same rules; only what a task that listens on nothing needs.
 * @throws PushtechError `TASK_SETTINGS` (fatal), with all that is wrong
 */
export const readStoreSettings = async (env: TaskIo['env']): Promise<StoreSettings> => {
  // Loaded here: the other tasks need no web server, and start in half the time.
  const { commonSettings, loadSettings, SettingsError } = await import('@pushtech/service');
  const schema = commonSettings.pick({
    DATA_DIR: true,
    BUFFER_URL: true,
    LOG_URL: true,
    STATS_URL: true,
    STORE_URL: true,
    SECRET_KEY: true,
  });
  try {
    return loadSettings(schema, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new PushtechError('TASK_SETTINGS', 'fatal', error.message, { cause: error });
  }
};

/** What stands in a URL beside where it leads: no password has a place on a screen. */
export const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/g, '//…@');
