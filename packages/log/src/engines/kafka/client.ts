import { setTimeout as sleep } from 'node:timers/promises';
import { isPushtechError, type PushtechError } from '@pushtech/event';
import { logError } from '../../errors.ts';
import { addressName, type Link, openLink } from './link.ts';
import type { Address, KafkaSettings } from './settings.ts';

const BACK_OFF_MS = [50, 1000] as const;

export interface Metadata {
  brokers: Map<number, Address>;
  controller: number;
  /** Partition → number of the leader's node, -1 where it has none. Unknown topics are missing. */
  topics: Map<string, number[]>;
  /** Topics the log-in may not see. */
  forbidden: string[];
}

interface MetadataAnswer {
  brokers: { nodeId: number; host: string; port: number }[];
  controllerId: number;
  topicMetadata: {
    topicErrorCode: number;
    topic: string;
    partitionMetadata: { partitionId: number; leader: number }[];
  }[];
}

const TOPIC_AUTHORIZATION_FAILED = 29;

/** Whether another try may help: the network, a broker that is gone or new, a partition that gets another leader. */
export const isPassing = (error: unknown): boolean => {
  if (isPushtechError(error)) return error.kind === 'retry' && (!error.cause || isPassing(error.cause));
  const { type, retriable } = error as { type?: string; retriable?: boolean };
  return type === undefined ? retriable !== false && !(error instanceof TypeError) : retriable === true;
};

export const toLogError = (error: unknown): PushtechError =>
  isPushtechError(error) ? error : logError('LOG_DOWN', `Kafka: ${(error as Error).message}`, error);

/**
 * Repeats what may pass by itself, with a back-off, until `ms` are over.
 * @throws PushtechError `LOG_DOWN` (retry), or what will not pass at once
 */
export const retrying = async <T>(work: () => Promise<T>, ms: number, signal?: AbortSignal): Promise<T> => {
  const end = performance.now() + ms;
  for (let wait: number = BACK_OFF_MS[0]; ; wait = Math.min(wait * 2, BACK_OFF_MS[1])) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() + wait > end || signal?.aborted) throw toLogError(error);
    }
    await sleep(wait, undefined, signal && { signal }).catch(() => {});
  }
};

const readMetadata = (answer: MetadataAnswer): Metadata => ({
  brokers: new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }])),
  controller: answer.controllerId,
  forbidden: answer.topicMetadata
    .filter(({ topicErrorCode }) => topicErrorCode === TOPIC_AUTHORIZATION_FAILED)
    .map(({ topic }) => topic),
  topics: new Map(
    answer.topicMetadata
      .filter(({ partitionMetadata }) => partitionMetadata.length > 0)
      .map(({ topic, partitionMetadata }) => {
        const leaders = new Array<number>(partitionMetadata.length).fill(-1);
        for (const { partitionId, leader } of partitionMetadata) leaders[partitionId] = leader;
        return [topic, leaders];
      }),
  ),
});

/**
 * Connections to the brokers of a cluster, opened when they are needed. A broker answers the requests of a connection one
 * after the other: whoever asks questions that take long needs a client of its own.
 */
export const createClient = (settings: KafkaSettings) => {
  const links = new Map<string, Promise<Link>>();
  const opened = new Map<string, Link>();
  const coordinators = new Map<string, Address>();
  let brokers = new Map<number, Address>();
  let closed = false;

  const open = (address: Address): Promise<Link> => {
    const name = addressName(address);
    const opening = openLink(settings, address);
    links.set(name, opening);
    opening.catch(() => {
      if (links.get(name) === opening) links.delete(name);
    });
    return opening.then((link) => {
      opened.set(name, link);
      if (closed) link.cut('closed');
      return link;
    });
  };

  const linkAt = async (address: Address): Promise<Link> => {
    if (closed) throw logError('LOG_CLOSED', 'the log is closed');
    const known = links.get(addressName(address));
    if (!known) return open(address);
    const link = await known;
    if (link.isUp()) return link;
    if (links.get(addressName(address)) === known) links.delete(addressName(address));
    return linkAt(address);
  };

  /** Whoever answers first of all brokers known and named. */
  const anyLink = async (): Promise<Link> => {
    const up = [...opened.values()].find((link) => link.isUp());
    if (up && !closed) return up;
    const all = [...brokers.values(), ...settings.seeds];
    const addresses = new Map(all.map((address) => [addressName(address), address]));
    try {
      return await Promise.any([...addresses.values()].map(linkAt));
    } catch (error) {
      throw (error as AggregateError).errors.toSorted(
        (a, b) => Number(isPassing(a)) - Number(isPassing(b)),
      )[0];
    }
  };

  return {
    settings,
    linkAt,
    anyLink,

    /** @param nodeId of a broker that the last metadata named */
    async link(nodeId: number): Promise<Link> {
      const address = brokers.get(nodeId);
      if (!address) {
        throw Object.assign(
          new Error(nodeId < 0 ? 'a partition has no leader now' : `broker ${nodeId} is gone`),
          {
            retriable: true,
          },
        );
      }
      return linkAt(address);
    },

    async metadata(topics: readonly string[]): Promise<Metadata> {
      const link = await anyLink();
      const answer = await link.call<MetadataAnswer>('Metadata', { topics, allowAutoTopicCreation: false });
      const metadata = readMetadata(answer);
      brokers = metadata.brokers;
      return metadata;
    },

    async coordinator(group: string): Promise<Link> {
      const known = coordinators.get(group);
      if (known) return linkAt(known);
      const link = await anyLink();
      const { coordinator } = await link.call<{ coordinator: Address }>('GroupCoordinator', {
        groupId: group,
        coordinatorType: 0,
      });
      coordinators.set(group, coordinator);
      return linkAt(coordinator);
    },
    forgetCoordinator: (group: string): boolean => coordinators.delete(group),

    async close(): Promise<void> {
      closed = true;
      for (const known of links.values()) known.then((link) => link.cut('closed')).catch(() => {});
      links.clear();
    },
  };
};

export type Client = ReturnType<typeof createClient>;
