import { z } from 'zod';
import type { ItemRules } from './check-item.ts';
import type { Properties } from './event.ts';
import type { Item } from './hit.ts';
import { ID_PATTERN } from './id.ts';
import { limits } from './limits.ts';
import { SITE_PATTERN, TYPE_PATTERN } from './patterns.ts';
import { hasProto, propertiesSchema, propertyName, propertyValue, textOf } from './property-schemas.ts';
import { readTime } from './read-time.ts';

const time = z.union([textOf(40), z.number()]);

const degrees = (bound: number) => z.number().min(-bound).max(bound);
const textDegrees = z.string().regex(/^[-+]?\d{1,3}(\.\d{1,20})?$/);

const consent = z.union([z.boolean(), z.literal([0, 1, '0', '1', 'true', 'false'])]);

const place = (bound: number, rules: ItemRules, words: string) => {
  const read = degrees(bound).describe(words);
  return (rules.text ? z.union([read, textDegrees.transform(Number).pipe(read)]) : read).optional();
};

const always = (rules: ItemRules) => ({
  type: z.string().regex(TYPE_PATTERN).describe('What happened, e.g. pageview or search. Any word will do.'),
  id: z
    .string()
    .regex(ID_PATTERN)
    .optional()
    .describe('A UUID of yours. Sent again with the same id, the event counts once.'),
  site: z
    .string()
    .regex(SITE_PATTERN)
    .optional()
    .describe('Your name for the website; by default the host of url without www.'),
  url: textOf(limits.urlBytes).optional().describe('The page it happened on; by default the Referer header.'),
  ref: textOf(limits.urlBytes).optional().describe('Where the visitor came from.'),
  title: textOf(limits.valueBytes).optional().describe("The page's title."),
  vid: textOf(limits.labelBytes).optional().describe('Your name for the visitor.'),
  sid: textOf(limits.labelBytes).optional().describe('Your name for the session.'),
  at: time
    .optional()
    .describe('When it happened: ISO 8601 (UTC where no zone is named) or epoch milliseconds.'),
  sent: time.optional().describe("The sender's clock when it sent this; sets a wrong clock right."),
  lat: place(90, rules, 'Latitude in degrees, WGS 84; comes with lng.'),
  lng: place(180, rules, 'Longitude in degrees, WGS 84; comes with lat.'),
  consent: consent.optional().describe('0: count it, but recognise nobody.'),
});

const forImports = () => ({
  ip: textOf(limits.addressBytes).optional().describe("The visitor's address. Needs the scope import."),
  ua: textOf(limits.userAgentBytes).optional().describe("The visitor's user agent. Needs the scope import."),
  lang: textOf(limits.labelBytes)
    .optional()
    .describe("The visitor's Accept-Language. Needs the scope import."),
});

const IMPORT_NAMES = ['ip', 'ua', 'lang'];
const MAY_BE_EMPTY = ['site', 'url', 'ref', 'title', 'vid', 'sid', 'at', 'sent'];

/** What is not said: `undefined`, and '' where that means nothing. */
const isSilent = (name: string, value: unknown, rules: ItemRules): boolean => {
  if (value === undefined) return true;
  if (value !== '') return false;
  if (MAY_BE_EMPTY.includes(name)) return true;
  return rules.text ? name === 'lat' || name === 'lng' : rules.imported && IMPORT_NAMES.includes(name);
};

const prepare =
  (rules: ItemRules) =>
  (sent: unknown, context: z.RefinementCtx): unknown => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent;
    if (hasProto(sent)) refuse('__proto__ may not be used as a name');
    if (Object.keys(sent).length > limits.params + 1) refuse(`at most ${limits.params} names beside type`);
    return Object.fromEntries(Object.entries(sent).filter(([name, value]) => !isSilent(name, value, rules)));
  };

const readConsent = (value: z.infer<typeof consent>): boolean => [true, 1, '1', 'true'].includes(value);

const happenedAt = (at: unknown, sent: unknown, rules: ItemRules, context: z.RefinementCtx) => {
  const refuse = (field: string, message: string): undefined =>
    void context.addIssue({ code: 'custom', path: [field], message });
  const [time, clock] = [readTime(at), readTime(sent)];
  if (sent !== undefined && clock === undefined) return refuse('sent', 'is no time');
  if (at === undefined) return undefined;
  if (time === undefined) return refuse('at', 'is no time');
  const happened = clock === undefined ? time : rules.now - (clock - time);
  const oldest = rules.imported ? limits.importFloor : rules.now - limits.behindMs;
  if (happened >= oldest && happened <= rules.now + limits.aheadMs) return happened;
  return refuse('at', 'lies too far from now');
};

/** Sets the reserved names apart from the properties. */
const toItem =
  (rules: ItemRules, reserved: ReadonlySet<string>) =>
  (sent: Record<string, unknown>, context: z.RefinementCtx): Item => {
    const { at, sent: clock, properties, consent: agreed, id, ...rest } = sent;
    const beside = Object.entries(rest).filter(([name]) => !reserved.has(name));
    if (rules.text && properties !== undefined) beside.push(['properties', properties]);
    const inside = rules.text ? {} : (properties as Properties | undefined);
    const all = Object.assign(Object.create(null), Object.fromEntries(beside), inside) as Properties;
    if (Object.keys(all).length > limits.params) {
      context.addIssue({
        code: 'custom',
        path: ['properties'],
        message: `at most ${limits.params} properties`,
      });
    }
    const happened = happenedAt(at, clock, rules, context);
    const read = Object.fromEntries(Object.entries(rest).filter(([name]) => reserved.has(name)));
    return {
      ...(read as Omit<Item, 'properties'>),
      ...(typeof id === 'string' && { id: id.toLowerCase() }),
      ...(agreed !== undefined && { consent: readConsent(agreed as never) }),
      ...(happened !== undefined && { at: happened }),
      properties: all,
    };
  };

/**
 * One item of a POST (or, with `text`, the parameters of a pixel) as a zod schema: for tools and docs; `checkItem` is
 * its fast twin. Its input side gives a JSON schema (`z.toJSONSchema(schema, { io: 'input' })`).
 */
export const itemSchema = (rules: ItemRules) => {
  const refused = Object.fromEntries(IMPORT_NAMES.map((name) => [name, z.undefined().optional()]));
  const imports = rules.imported ? forImports() : refused;
  const more = { properties: propertiesSchema.optional() };
  const shape = { ...always(rules), ...(rules.text ? {} : { ...imports, ...more }) };
  const reserved = new Set(Object.keys(shape));
  const item = z
    .object(shape)
    .catchall(propertyValue)
    .refine(
      (sent) => Object.keys(sent).every((name) => propertyName.safeParse(name).success),
      'a name is not allowed',
    )
    .refine((sent) => (sent.lat === undefined) === (sent.lng === undefined), 'lat and lng come together')
    .transform(toItem(rules, reserved));
  return z.preprocess(prepare(rules), item);
};
