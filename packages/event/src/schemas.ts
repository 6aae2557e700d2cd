export { eventSchema } from './event-schema.ts';
export { itemSchema } from './item-schema.ts';
export {
  deadLetterSchema,
  dropRecordSchema,
  erasureRecordSchema,
  receivedRecordSchema,
} from './record-schemas.ts';
