/** What the database says of an address. Frozen: the answer is shared between callers. */
export interface FoundPlace {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  region?: string;
  city?: string;
  /** Degrees, WGS 84. */
  lat?: number;
  lng?: number;
}

export interface Places {
  /** Synchronous, cached, never throws; `undefined` for what is no address or in no database. */
  find(address: string): FoundPlace | undefined;
  /** Which databases answer; `problem` says why one does not. */
  status(): { files: string[]; problem?: string };
  /** What the licence asks to show beside places, empty when a file of the owner's is used. */
  attribution: string;
  close(): Promise<void>;
}

export interface PlacesOptions {
  /** Path of a `.mmdb` with cities; empty = the bundled DB-IP city database. */
  cityPath: string;
  /** Told once per problem, e.g. a broken or missing database. */
  warn: (facts: object, sentence: string) => void;
  /** How often the file is looked at for changes, in ms. */
  pollMs?: number;
}

export declare const openPlaces: (options: PlacesOptions) => Promise<Places>;
