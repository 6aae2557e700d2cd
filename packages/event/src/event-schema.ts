import { z } from 'zod';
import type { Event } from './event.ts';
import { ID_PATTERN } from './id.ts';
import { INSTANT_PATTERN, SITE_PATTERN, TYPE_PATTERN } from './patterns.ts';
import { hasProto, propertiesSchema } from './property-schemas.ts';

const text = (words: string) => z.string().describe(words);
const maybe = (words: string) => z.string().optional().describe(words);

export const instant = (words: string) =>
  z.string().regex(INSTANT_PATTERN).describe(`${words} ISO 8601, UTC.`);

const page = z.looseObject({
  url: text('The whole address, query secrets taken out.'),
  host: text('Its host.'),
  path: text('Its path.'),
  title: maybe("The page's title."),
});

const referrer = z.looseObject({
  url: text('The whole address.'),
  host: text('Its host.'),
  medium: text('internal, search, social, ai or link.'),
  source: maybe('Its name, e.g. Google.'),
  term: maybe('What was searched for.'),
});

const campaign = z.looseObject({
  source: maybe('utm_source'),
  medium: maybe('utm_medium'),
  name: maybe('utm_campaign'),
  term: maybe('utm_term'),
  content: maybe('utm_content'),
  clickId: maybe("The advertiser's click id with its parameter's name."),
});

const location = z.looseObject({
  type: z.literal('Point'),
  coordinates: z
    .tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
    .describe('[lng, lat] in degrees, WGS 84.'),
});

const place = z.looseObject({
  country: maybe('ISO 3166-1 alpha-2.'),
  region: maybe('Its name.'),
  city: maybe('Its name.'),
  location: location.optional().describe('A GeoJSON point.'),
  accuracy: z.enum(['gps', 'ip']).describe('gps: the sender said where. ip: looked up by address.'),
});

const named = z.looseObject({ name: text('Its name.'), version: maybe('Its version.') });

const device = z.looseObject({
  kind: maybe('desktop, mobile, tablet, console, smarttv, wearable, embedded or xr.'),
  vendor: maybe('Who made it.'),
  model: maybe('Its model.'),
  os: named.optional().describe('The operating system.'),
  browser: named.optional().describe('The browser.'),
});

const bot = z.looseObject({ reasons: z.array(z.string()).describe('Why it is taken for a machine.') });

const event = z
  .looseObject({
    v: z.literal(1).describe('The version of this shape; readers park a higher one.'),
    id: z.string().regex(ID_PATTERN).describe("A UUID; the sender's own where there was one."),
    type: z.string().regex(TYPE_PATTERN).describe('What happened.'),
    site: z.string().regex(SITE_PATTERN).optional().describe('Where: a label of the installation.'),
    receivedAt: instant('When it came in.'),
    occurredAt: instant("When it happened, set right by the sender's clock."),
    via: z.enum(['pixel', 'post', 'redirect', 'import']).describe('How it came in.'),
    visitor: maybe('Who, as far as that may be known.'),
    session: maybe("The sender's name for the session."),
    page: page.optional().describe('The page it happened on.'),
    referrer: referrer.optional().describe('Where the visitor came from.'),
    campaign: campaign.optional().describe('The campaign that brought the visitor.'),
    place: place.optional().describe('Where the visitor is.'),
    device: device.optional().describe('What the visitor uses.'),
    bot: bot.optional().describe('Set where it is taken for a machine.'),
    ip: maybe('The address, masked to /24 (IPv4) or /48 (IPv6).'),
    anonymous: z.literal(true).optional().describe('The visitor asked not to be followed.'),
    run: maybe('The label of the import it came with.'),
    properties: propertiesSchema,
  })
  .describe('One record of topic events.');

/** For tools and docs; `checkEvent` is its fast twin. */
export const eventSchema = z.preprocess((value, context) => {
  if (hasProto((value as Partial<Event> | null)?.properties)) {
    context.addIssue({
      code: 'custom',
      path: ['properties'],
      message: '__proto__ may not be used as a name',
    });
  }
  return value;
}, event);
