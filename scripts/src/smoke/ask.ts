import { request as askHttp, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as askHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Question {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

export type Ask = (url: string, question?: Question) => Promise<Answer>;

/** How to get there, beside the address: for plain requests and for websockets. */
export interface Road {
  ca?: string[];
  lookup?: LookupFunction;
  timeout: number;
}

/** An answer larger than this is none of ours. */
const MOST_BYTES = 16 * 1024 * 1024;

/** @param ca certificates trusted beside the usual ones, PEM @param resolve the IP address of all hosts */
export const createRoad = (timeout: number, ca?: string, resolve?: string): Road => {
  const lookup: LookupFunction = (_host, options, found) => {
    const address = { address: resolve ?? '', family: isIP(resolve ?? '') };
    if (options.all) found(null, [address]);
    else found(null, address.address, address.family);
  };
  return { timeout, ...(ca && { ca: [...rootCertificates, ca] }), ...(resolve && { lookup }) };
};

/** Why a request failed, in the words of whoever asks for a reason first. */
export const causeOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  return message || code || String(error);
};

/** Asks once, each time over a connection of its own, as a stranger's browser would. Redirects are not followed. */
export const createAsk =
  (road: Road): Ask =>
  (url, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const { timeout, ...way } = road;
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const options: RequestOptions = { method, headers: { ...headers, ...length }, agent: false, ...way };
      const signal = AbortSignal.timeout(timeout);
      const request = (url.startsWith('https:') ? askHttps : askHttp)(url, { ...options, signal });
      const fail = (error: unknown): void =>
        reject(signal.aborted ? new Error(`no answer within ${timeout / 1000} s`) : error);
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) response.destroy(new Error('the answer does not end'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          });
        });
      });
      request.end(body);
    });
