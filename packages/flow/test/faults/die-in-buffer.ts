// Put before `@pushtech/buffer` by die-at.ts.
import { type BufferOptions, openBuffer as open } from '@pushtech/buffer';
import { countdown } from './countdown.ts';

// All else is as it is; what is exported below goes before it.
export * from '@pushtech/buffer';

const pass = countdown(import.meta.url);

export const openBuffer = async (url: string, options?: BufferOptions) => {
  const buffer = await open(url, options);
  return {
    ...buffer,
    async append(body: string, wanted?: { durable?: boolean }) {
      await buffer.append(body, wanted);
      pass('appended');
    },
    ack(ids: readonly string[]) {
      pass('produced');
      return buffer.ack(ids);
    },
  };
};
