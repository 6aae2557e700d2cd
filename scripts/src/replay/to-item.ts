import { limits } from '@pushtech/event';
import type { LogLine } from './parse-line.ts';

/**
 * An id for each line of a file: UUID version 8 (RFC 9562 §5.8) of 74 bits of the file's fingerprint and the line's
 * number, so that the same line gets the same id whenever it is sent.
 * @param fingerprint SHA-256 in hex
 */
export const lineIds = (fingerprint: string): ((line: number) => string) => {
  const variant = (8 + (Number.parseInt(fingerprint.slice(15, 16), 16) & 3)).toString(16);
  const fixed = `${fingerprint.slice(0, 8)}-${fingerprint.slice(8, 12)}-8${fingerprint.slice(12, 15)}-${variant}${fingerprint.slice(16, 19)}-`;
  return (line) => fixed + line.toString(16).padStart(12, '0');
};

/** Agents longer than the pipeline takes are cut to what it looks at. */
const cutAgent = (agent: string): string =>
  agent.length * 3 <= limits.userAgentBytes || Buffer.byteLength(agent) <= limits.userAgentBytes
    ? agent
    : agent.slice(0, limits.userAgentLength);

/** A host name longer than an address may be is left out: nobody could look it up. */
const clientAddress = (client: string): string | undefined =>
  client.length <= limits.addressBytes ? client : undefined;

/**
 * A log line as an item for `POST /t`, in JSON. `url` is `https://<site>` and the target just as it stands; the enricher
 * takes it apart at the same place, so that `page.path` is right for `*`, `host:port` and whole URLs too.
 */
export const toItem = (line: LogLine, id: string, site: string, address: string): string =>
  JSON.stringify({
    type: 'request',
    id,
    site,
    url: `https://${site}${line.target}`,
    ref: line.referrer,
    at: line.at,
    ip: clientAddress(address),
    ua: line.agent === undefined ? undefined : cutAgent(line.agent),
    method: line.method,
    status: line.status,
    bytes: line.bytes,
  });
