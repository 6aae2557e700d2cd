import { UsageError } from '../task.ts';

export const filterNames = ['type', 'site', 'country', 'path', 'id', 'bots', 'dead'] as const;
export type TailFilter = Partial<Record<(typeof filterNames)[number], string>>;

/** The websocket's address. @param url of kafidx, e.g. `http://localhost:8080` @throws UsageError for what is no such address */
export const streamAddress = (url: string, filter: TailFilter): string => {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol)) {
    throw new UsageError(`--url is an address like http://localhost:8080, not "${url}"`);
  }
  const query = new URLSearchParams(filter).toString();
  const path = `${base.pathname.replace(/\/+$/, '')}/kafidx/stream`;
  return `${base.protocol === 'https:' ? 'wss' : 'ws'}://${base.host}${path}${query && `?${query}`}`;
};
