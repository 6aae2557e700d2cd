import type { DeadLetter, Hit } from '@pushtech/event';
import type { Verdict } from './draft.ts';
import { maskAddress } from './mask-address.ts';

/** JSON members that carry a client address, in hits and in items, also in a line that is no JSON as a whole. */
const ADDRESS = /("ip"\s*:\s*")([^"\\]{2,80})(")/g;

/** The line as it lay in the buffer, but for the client address. */
export const maskLine = (line: string): string =>
  line.replace(
    ADDRESS,
    (_, before: string, address: string, after: string) =>
      `${before}${maskAddress(address) ?? '***'}${after}`,
  );

export interface DeadFacts {
  line: string;
  /** Where parsing came that far. */
  hit?: Hit | undefined;
  verdict: Pick<Verdict, 'reason' | 'message' | 'field'>;
  step: string;
  /** `<buffer entry>/<index>`. */
  position: string;
  /** Epoch ms, where the hit does not say when it was received. */
  now: number;
}

/** What is kept of a hit that cannot become an event. */
export const deadLetter = ({ line, hit, verdict, step, position, now }: DeadFacts): DeadLetter => {
  const { reason, message, field } = verdict;
  const letter: DeadLetter = {
    at: new Date(hit?.receivedAt ?? now).toISOString(),
    reason,
    step,
    message: field ? `${field}: ${message}` : message,
    // An entry is text, and JSON escapes what UTF-8 cannot say: there is nothing that would need base64.
    original: maskLine(line),
    encoding: 'utf8',
    position,
  };
  if (hit) letter.id = hit.id;
  if (hit) letter.type = hit.type;
  if (typeof hit?.item?.site === 'string') letter.site = hit.item.site;
  if (hit?.run !== undefined) letter.run = hit.run;
  return letter;
};
