/** How a hit came in. `import` is a POST by someone who may set address, agent and any time. */
export type Via = 'pixel' | 'post' | 'redirect' | 'import';

export type PropertyValue =
  | string
  | number
  | boolean
  | null
  | PropertyValue[]
  | { [key: string]: PropertyValue };
export type Properties = Record<string, PropertyValue>;

export interface Page {
  url: string;
  host: string;
  path: string;
  title?: string;
}

export interface Referrer {
  url: string;
  host: string;
  /** `internal | search | social | ai | link`. */
  medium: string;
  /** The name on the list, e.g. `Google`. */
  source?: string;
  /** What was searched for, where the referrer still tells. */
  term?: string;
}

export interface Campaign {
  source?: string;
  medium?: string;
  name?: string;
  term?: string;
  content?: string;
  /** The advertiser's click id with its parameter's name, e.g. `gclid=…`. */
  clickId?: string;
}

export interface Place {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  region?: string;
  city?: string;
  /** GeoJSON, WGS 84: `[lng, lat]` in degrees. */
  location?: { type: 'Point'; coordinates: [number, number] };
  accuracy: 'gps' | 'ip';
}

export interface Device {
  /** `desktop | mobile | tablet | console | smarttv | wearable | embedded | xr`. */
  kind?: string;
  vendor?: string;
  model?: string;
  os?: { name: string; version?: string };
  browser?: { name: string; version?: string };
}

export interface Bot {
  reasons: string[];
}

/** One record of topic `events`. Times are ISO 8601 in UTC with milliseconds. Fields may be added within `v` 1. */
export interface Event {
  v: 1;
  id: string;
  type: string;
  site?: string;
  receivedAt: string;
  /** When it happened: the sender's `at`, set right by the sender's clock; else the time of receipt. */
  occurredAt: string;
  via: Via;
  visitor?: string;
  session?: string;
  page?: Page;
  referrer?: Referrer;
  campaign?: Campaign;
  place?: Place;
  device?: Device;
  bot?: Bot;
  /** The client address after masking (IPv4 /24, IPv6 /48). */
  ip?: string;
  /** The sender asked not to be followed (`Sec-GPC`, `DNT` or `consent=0`): counted, but nobody is recognised. */
  anonymous?: true;
  /** The label of the import this event came with. */
  run?: string;
  properties: Properties;
}
