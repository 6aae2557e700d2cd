import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Bytes waiting in our memory for one viewer; beyond that it loses frames. */
const MAX_BUFFERED = 1_048_576;

/** One browser that looks. Frames it has no room for are counted, and it is told when it has room again. */
export interface Viewer {
  paused: boolean;
  /** Sends `rows` rows that were made into a whole frame (`textFrame`) for everyone with the same filter. */
  show(frame: Buffer, rows: number): void;
  /** Rows that were left out before they became a frame. */
  miss(rows: number): void;
  tell(message: object): void;
  /** Once a second: what was skipped, then the rate. */
  tick(rate: { events: number; dead: number; viewers: number }): void;
}

export interface ViewerCounts {
  shown: number;
  skipped: Map<'slow' | 'sampled', number>;
}

/** @param connection what the websocket runs on; it sends without compression and fragments, so whole frames fit in between */
export const createViewer = (socket: WebSocket, connection: Duplex, counts: ViewerCounts): Viewer => {
  let skipped = 0;
  let shown = 0;
  let paused = false;

  const hasRoom = (): boolean => socket.readyState === socket.OPEN && socket.bufferedAmount <= MAX_BUFFERED;
  const tell = (message: object): void => socket.send(JSON.stringify(message));

  const skip = (reason: 'slow' | 'sampled', rows: number): void => {
    skipped += rows;
    counts.skipped.set(reason, (counts.skipped.get(reason) ?? 0) + rows);
  };

  const tellSkipped = (): void => {
    if (skipped === 0) return;
    tell({ skipped });
    skipped = 0;
  };

  return {
    get paused() {
      return paused;
    },
    set paused(value) {
      paused = value;
    },
    show(frame, rows) {
      if (paused) return;
      if (!hasRoom()) return skip('slow', rows);
      tellSkipped();
      shown += rows;
      counts.shown += rows;
      connection.write(frame);
    },
    miss(rows) {
      if (!paused) skip('sampled', rows);
    },
    tell(message) {
      if (hasRoom()) tell(message);
    },
    tick(rate) {
      if (!hasRoom()) return;
      tellSkipped();
      tell({ rate: { ...rate, shown } });
      shown = 0;
    },
  };
};
