export { type BufferArchive, openBufferArchive } from './archive.ts';
export type { Buffer, BufferStatus, Entry, TakeOptions } from './buffer.ts';
export { type BufferOptions, openBuffer } from './open.ts';
export { prepareBuffer } from './prepare.ts';
