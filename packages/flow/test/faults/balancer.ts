import { once } from 'node:events';
import { endChild, startChild } from './child.ts';

/** A balancer before some copies, as a process of its own. @param urls of the copies */
export const openBalancer = async (urls: readonly string[]) => {
  const child = startChild('./balancer-process.ts', urls);
  const [url] = (await once(child, 'message')) as [string];
  return { url, close: () => endChild(child) };
};

export type Balancer = Awaited<ReturnType<typeof openBalancer>>;
