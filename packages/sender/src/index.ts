export { createSender } from './create-sender.ts';
export type {
  Counts,
  Drop,
  PropertyValue,
  Result,
  Sender,
  SenderOptions,
  SentEvent,
} from './types.ts';
