import { z } from 'zod';
import { instant } from './event-schema.ts';

const maybe = (words: string) => z.string().optional().describe(words);

const about = {
  id: maybe("The event's id, where it is known."),
  type: maybe("The event's type, where it is known."),
  site: maybe("The event's site, where it is known."),
  run: maybe('The label of the import it came with.'),
};

const step = z.string().describe('Which part of pushtech said so.');

export const deadLetterSchema = z
  .looseObject({
    at: instant('When the hit came in; where that cannot be read, when it was given up.'),
    reason: z.string().describe('A code that says why.'),
    step,
    message: z.string().describe('Why, in words.'),
    ...about,
    original: z.string().describe('What lay in the buffer, the address masked.'),
    encoding: z.enum(['utf8', 'base64']).describe('How original is written.'),
    position: z.string().describe('Buffer entry and index within it.'),
  })
  .describe('One record of topic events.dead: a hit that could not become an event.');

export const dropRecordSchema = z
  .looseObject({
    at: instant('When it came in.'),
    reason: z.string().describe('A code that says why.'),
    step,
    n: z.int().min(1).describe('How many hits this record stands for.'),
    field: maybe('The name it was about.'),
    ...about,
  })
  .describe('One record of topic events.dropped: hits left out on purpose.');

const tally = z.looseObject({
  minute: z.int().describe('Start of the UTC minute of receipt, epoch ms.'),
  n: z.int().min(0).describe('Hits taken in.'),
  run: maybe('The label of the import they came with.'),
});

export const receivedRecordSchema = z
  .looseObject({
    batch: z.string().min(1).describe("The buffer entry's own id."),
    tallies: z.array(tally).describe('Counted at the door, per minute and import.'),
  })
  .describe('One record of topic events.received: what the tracker counted while one buffer entry filled.');

export const erasureRecordSchema = z
  .looseObject({
    visitor: z.string().min(1).describe('HMAC of the id under SECRET_KEY; never the id itself.'),
    at: instant('What came in before is to be forgotten.'),
  })
  .describe('One record of topic erased: a visitor whom nobody may recognise any more.');
