const FIN_TEXT = 0x81;

/**
 * A whole websocket frame as servers send them: one unmasked text message (RFC 6455, 5.2). It is the same for every viewer,
 * so it is put together once; `ws` would do so for each of them.
 */
export const textFrame = (text: string): Buffer => {
  const length = Buffer.byteLength(text);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = FIN_TEXT;
  if (headerLength === 2) frame[1] = length;
  if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  }
  if (headerLength === 10) {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
};
