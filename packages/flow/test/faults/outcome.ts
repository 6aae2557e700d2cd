/** What became of one id that the load sent: a line of its ledger. */
export interface Outcome {
  /** `control` goes to a bare server that does nothing: what it takes is the machine's share of every delay. */
  kind: 'pixel' | 'post' | 'control';
  id: string;
  /** Which of the load's targets answered last. */
  target: number;
  /** Epoch ms of the last sending. */
  at: number;
  /** From the last sending to the end of its answer. */
  ms: number;
  /** `unknown`: cut off, or refused for now until the load ended; it may be there or not. */
  outcome: 'ok' | 'refused' | 'unknown';
  reason?: string;
}

export interface LoadOptions {
  seed: number;
  targets: readonly string[];
  control: string;
  file: string;
}

export interface Shape {
  /** Pixels a second, open loop, dealt out to the targets in turn. */
  pixels: number;
  /** Senders of batches with `?ack=durable`, each one batch at a time. */
  senders: number;
  /** Items in a batch at the most. */
  items: number;
  /** Between two batches of a sender, in ms. */
  pauseMs: number;
}

export type ToLoad = { do: 'start'; shape: Shape } | { do: 'stop' };
export type FromLoad = { outcomes: Outcome[] } | { sent: string[] } | { stopped: true };
