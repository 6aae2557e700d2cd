// Put before `@pushtech/log` by die-at.ts.
import {
  type Batch,
  type LogOptions,
  type NewRecord,
  openLog as open,
  type SubscribeOptions,
} from '@pushtech/log';
import { countdown } from './countdown.ts';

// All else is as it is; what is exported below goes before it.
export * from '@pushtech/log';

const pass = countdown(import.meta.url);

export const openLog = async (url: string, options?: LogOptions) => {
  const log = await open(url, options);
  return {
    ...log,
    append(records: readonly NewRecord[]) {
      pass('producing');
      return log.append(records);
    },
    subscribe: (wanted: SubscribeOptions) =>
      log.subscribe({
        ...wanted,
        async handle(batch: Batch) {
          const answer = await wanted.handle(batch);
          if (batch.topic.endsWith('events')) pass('counted');
          return answer;
        },
      }),
  };
};
