export { compress, compressText } from './compress.ts';
export { decompress, decompressText } from './decompress.ts';
