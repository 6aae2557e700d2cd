export interface TagOptions {
  /** Where events go, e.g. `https://trk.example.org/t`. */
  to: string;
  /** Default: the host of the page without `www.`. */
  site?: string | undefined;
  /** `false`: no page views, links and downloads by itself. Default `true`. */
  auto?: boolean | undefined;
  /** Every change behind the `#` is a page view. Default: only where it looks like a path (`#/…`, `#!…`). */
  hash?: boolean | undefined;
  /** What counts while the visitor has not said anything; `false`: nobody is recognised. Default `true`. */
  consent?: boolean | undefined;
}

/** What an event may say of itself beside its properties; `url` is the page's address by default. */
export interface Facts {
  url?: string;
  ref?: string;
  title?: string;
  /** Your own visitor and session ids. */
  vid?: string;
  sid?: string;
  /** Degrees; both or none. */
  lat?: number;
  lng?: number;
  /** When it happened (epoch ms). Default: now. */
  at?: number;
}

/** Event types with their properties, for those who want the compiler to look: `{ signup: { plan: string } }`. */
export type EventTypes = Record<string, object>;

type Rest<Properties> = object extends Properties
  ? [properties?: Properties, facts?: Facts]
  : [properties: Properties, facts?: Facts];

export interface Tag<Events extends EventTypes = EventTypes> {
  /**
   * Sends an event. Never throws.
   * @returns its id; nothing while visits of this browser are left out, or before a prerendered page is shown
   */
  <Type extends keyof Events & string>(type: Type, ...rest: Rest<Events[Type]>): string | undefined;
  /** What the visitor says; kept in `localStorage`. `false`: events are counted, but nobody is recognised. */
  consent(granted: boolean): void;
  /** Sends what waits, whatever it waits for. */
  flush(): void;
  /** Events that are gone for good: refused by the tracker, too old, or too many. */
  lost(): number;
}
