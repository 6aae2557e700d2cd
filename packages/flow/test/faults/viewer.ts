import { once } from 'node:events';

/** A browser's side of the live viewer: counts what it is shown, and what it is told that it was not. */
export const openViewer = async (url: string) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/kafidx/stream`);
  let shown = 0;
  let skipped = 0;
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(String(data)) as { events?: unknown[]; skipped?: number };
    shown += frame.events?.length ?? 0;
    skipped += frame.skipped ?? 0;
  });
  await once(socket, 'open');
  return { shown: () => shown, skipped: () => skipped, close: () => socket.close() };
};

export type Viewer = Awaited<ReturnType<typeof openViewer>>;
