import type { IncomingMessage } from 'node:http';
import { newId } from '@pushtech/event';
import type { ReadAddress } from './client-address.ts';

const GIVEN = /^[\w.-]{1,64}$/;

/**
 * The id of a request: the `X-Request-Id` that a declared proxy passed on, if it is 1 to 64 letters, digits or `_ . -`, else
 * a new one. A proxy is known by the address that it forwards, so it must send `X-Forwarded-For` too.
 */
export const createRequestId =
  (readAddress: ReadAddress | undefined) =>
  (request: IncomingMessage): string => {
    const given = request.headers['x-request-id'];
    if (typeof given !== 'string' || !GIVEN.test(given)) return newId();
    return readAddress && readAddress(request).from !== 'socket' ? given : newId();
  };
