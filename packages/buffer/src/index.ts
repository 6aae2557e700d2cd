export type { Buffer, BufferStatus, Entry, TakeOptions } from './buffer.ts';
export { type BufferOptions, openBuffer } from './open.ts';
