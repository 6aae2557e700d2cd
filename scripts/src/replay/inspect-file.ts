import { type Format, parseLine } from './parse-line.ts';
import { type Malformed, MOST_LISTED } from './progress-file.ts';
import { readBlocks } from './read-blocks.ts';

export interface Inspection {
  lines: number;
  /** Lines that would be sent. What the tracker says to them is not known yet. */
  readable: number;
  malformed: Malformed[];
}

/** Reads an access log as a replay would, and sends nothing. @param clients takes up the distinct clients read */
export const inspectFile = async (
  path: string,
  format: Format,
  clients: Set<string>,
): Promise<Inspection> => {
  const log = await readBlocks(path);
  const found: Inspection = { lines: 0, readable: 0, malformed: [] };
  for await (const { lines, damaged } of log.blocks) {
    for (const line of lines) {
      found.lines += 1;
      const read = line === undefined ? (damaged ? 'damaged' : 'too_long') : parseLine(line, format);
      if (typeof read !== 'string') {
        found.readable += 1;
        // A text of its own: a slice would keep its whole block in memory.
        if (!clients.has(read.client)) clients.add(Buffer.from(read.client).toString());
      } else if (found.malformed.length < MOST_LISTED)
        found.malformed.push({ line: found.lines, reason: read });
    }
  }
  return found;
};
