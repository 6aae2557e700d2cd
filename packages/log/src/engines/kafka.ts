import { logError } from '../errors.ts';
import type { Log, Subscription } from '../log.ts';
import type { LogOptions } from '../open.ts';
import { toSearch } from '../search.ts';
import { createAppend } from './kafka/append.ts';
import { createClient, toLogError } from './kafka/client.ts';
import { createFind } from './kafka/find.ts';
import type { SocketFactory } from './kafka/kafkajs.ts';
import { createLookup } from './kafka/lookup.ts';
import { parseKafkaUrl } from './kafka/settings.ts';
import { subscribe } from './kafka/subscribe.ts';
import { tail } from './kafka/tail.ts';
import { createTopics } from './kafka/topics.ts';

/** Compression and requests cost least per record from here on. */
const APPEND_RECORDS = 1000;
/** The same sentence about the same things is not said again within this time, in ms. */
const SAY_AGAIN_MS = 60_000;

const createWarn = (warn: LogOptions['warn']): NonNullable<LogOptions['warn']> => {
  const said = new Map<string, number>();
  return (facts, sentence) => {
    const what = `${sentence} ${JSON.stringify(facts)}`;
    if ((said.get(what) ?? Number.NEGATIVE_INFINITY) > performance.now() - SAY_AGAIN_MS) return;
    if (said.size > 1000) said.clear();
    said.set(what, performance.now());
    warn?.(facts, sentence);
  };
};

/**
 * The log in Kafka (2.3 to 4.x). `kafka://[user:password@]host:port[,…]`, `kafka+tls:` with TLS; options in the README.
 * Opens without asking a broker, and goes on trying: what needs one that is not there rejects with `LOG_DOWN` (retry).
 * @throws PushtechError `LOG_URL` (fatal) for a URL or file that cannot be read
 */
export const openKafkaLog = async (
  url: string,
  options: LogOptions & { socketFactory?: SocketFactory } = {},
): Promise<Log> => {
  const settings = { ...parseKafkaUrl(url), socketFactory: options.socketFactory };
  const warn = createWarn(options.warn);
  const appending = createClient(settings);
  const asking = createClient(settings);
  const append = createAppend(appending, createTopics(appending, warn));
  const lookup = createLookup(asking, createTopics(asking, warn));
  const find = createFind(asking, lookup);
  const subscriptions = new Set<Subscription>();
  let closing: Promise<void> | undefined;

  /** Every method runs in here. */
  const guarded = async <T>(method: () => Promise<T>): Promise<T> => {
    if (closing) throw logError('LOG_CLOSED', 'the log is closed');
    try {
      return await method();
    } catch (error) {
      throw toLogError(error);
    }
  };

  const keep = async (opening: Promise<Subscription>): Promise<Subscription> => {
    const subscription = await opening;
    subscriptions.add(subscription);
    const stop = async (): Promise<void> => {
      await subscription.stop();
      subscriptions.delete(subscription);
    };
    subscription.failed.catch(stop).catch(() => {});
    if (closing) await stop();
    return { failed: subscription.failed, stop };
  };

  const close = async (): Promise<void> => {
    await Promise.all([append.settled(), ...[...subscriptions].map((subscription) => subscription.stop())]);
    await Promise.all([appending.close(), asking.close()]);
  };

  return {
    appendSize: APPEND_RECORDS,
    append: (records) => guarded(() => append.append(records)),
    subscribe: (wanted) =>
      guarded(() => {
        const clients = { grouping: createClient(settings), fetching: createClient(settings) };
        return keep(subscribe(clients, wanted, warn));
      }),
    tail: (wanted) => guarded(() => keep(tail(createClient(settings), wanted, warn))),
    read: (topic, partition, from, max) => guarded(() => lookup.read(topic, partition, from, max)),
    find: (topic, key, wanted = {}) => guarded(() => find(topic, key, toSearch(wanted, Date.now()))),
    ranges: (topic, group) => guarded(() => lookup.ranges(topic, group)),
    close() {
      closing ??= close();
      return closing;
    },
  };
};
