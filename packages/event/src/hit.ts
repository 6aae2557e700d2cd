import type { Properties, Via } from './event.ts';

/** What a sender may say of one event, after checking: reserved names set apart from properties. Times in epoch ms. */
export interface Item {
  id?: string;
  type: string;
  site?: string;
  url?: string;
  ref?: string;
  title?: string;
  vid?: string;
  sid?: string;
  /** When it happened, already set right by `sent`. */
  at?: number;
  lat?: number;
  lng?: number;
  consent?: boolean;
  /** Import only. */
  ip?: string;
  /** Import only. */
  ua?: string;
  /** Import only. */
  lang?: string;
  properties: Properties;
}

/** `Sec-CH-UA-*` as they came. */
export interface ClientHints {
  brands?: string;
  mobile?: string;
  platform?: string;
  platformVersion?: string;
  model?: string;
}

/**
 * What the tracker saw. Lives in the buffer only.
 * Either `query` (pixel and redirect: the raw query string, latin1 as Node's parser gives it) or `item` (POST) is set.
 */
export interface Hit {
  id: string;
  type: string;
  /** Epoch ms. */
  receivedAt: number;
  via: Via;
  query?: string;
  item?: Item;
  /** The client's address, resolved through declared proxies only. */
  ip?: string;
  ua?: string;
  hints?: ClientHints;
  referer?: string;
  lang?: string;
  gpc?: true;
  dnt?: true;
  /** The browser says it only fetches ahead (`Sec-Purpose`, `X-Moz`). */
  prefetch?: true;
  run?: string;
}
