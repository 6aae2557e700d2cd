// What only the Kafka engine promises: topics as stated, faults of the network, no trace of tails, idle CPU, error messages.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '@pushtech/sqlite/testing';
import { needs } from '@pushtech/testing';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import type { SocketFactory } from '../../src/engines/kafka/kafkajs.ts';
import { openKafkaLog } from '../../src/engines/kafka.ts';
import { type Log, type LogOptions, openLog } from '../../src/index.ts';
import {
  checkLongSearch,
  collector,
  committed,
  end,
  numbered,
  readAll,
  record,
  sorted,
  until,
  values,
} from '../kit.ts';
import { brokers, createPlace, withAdmin } from './kafka-place.ts';

/** Listens on a port that the system picks; gone at the end of the test. */
const listen = async (
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  serve: (socket: Socket) => void,
): Promise<number> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
};

const failureOf = async (url: string): Promise<Error & { code: string; kind: string }> => {
  const log = await openLog(url);
  const [outcome] = await Promise.allSettled([log.append([record('a')])]);
  await log.close();
  if (outcome.status === 'fulfilled') throw new Error('it worked');
  return outcome.reason;
};

describe('without a broker', { concurrent: true, timeout: 20_000 }, () => {
  test('opens, and refuses appends, reads and tails with LOG_DOWN after some seconds', async (context) => {
    const port = await listen(context, (socket) => socket.destroy());
    const log = await openLog(`kafka://127.0.0.1:1,127.0.0.1:${port}`);
    context.onTestFinished(() => log.close());
    const begun = performance.now();
    const down = { code: 'LOG_DOWN', kind: 'retry' };
    const tail = log.tail({ topics: ['t'], handle: () => {} });
    await Promise.all([
      expect(log.append([record('a')])).rejects.toMatchObject(down),
      expect(log.read('t', 0, 'earliest', 1)).rejects.toMatchObject(down),
      expect(log.ranges('t')).rejects.toMatchObject(down),
      expect(log.find('t', 'x')).rejects.toMatchObject(down),
      expect(tail).rejects.toMatchObject(down),
    ]);
    expect(performance.now() - begun).toBeGreaterThan(1000);
    expect(performance.now() - begun).toBeLessThan(7000);
  });

  test('refuses appends with LOG_DOWN after some seconds where a port takes all and answers nothing', async (context) => {
    const port = await listen(context, () => {});
    const begun = performance.now();
    const error = await failureOf(`kafka://me:secret@127.0.0.1:${port}`);
    expect(error).toMatchObject({ code: 'LOG_DOWN', kind: 'retry' });
    expect(error.message).toContain(`127.0.0.1:${port} (greeting): no answer within 4 s`);
    expect(error.message).not.toContain('secret');
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('subscribes, and goes on trying until it is stopped', async () => {
    const log = await openLog('kafka://127.0.0.1:1');
    const subscription = await log.subscribe({ topics: ['t'], group: 'g', handle: collector().handle });
    await subscription.stop();
    await log.close();
  });

  test('names host and port of a broker that is out of reach', async () => {
    expect((await failureOf('kafka://127.0.0.1:1')).message).toContain('127.0.0.1:1 (connect)');
    expect((await failureOf('kafka://no.such.host.invalid:9')).message).toContain(
      'no.such.host.invalid:9 (connect)',
    );
  });

  test('says what a port is that hangs up at the first request', async (context) => {
    const port = await listen(context, (socket) => socket.once('data', () => socket.end()));
    const { message } = await failureOf(`kafka://127.0.0.1:${port}`);
    expect(message).toMatch(/greeting.*may want kafka\+tls: or option sasl/);
  });
});

needs('kafka')('with a broker', () => {
  const setUp = async (query = '', options: LogOptions & { socketFactory?: SocketFactory } = {}) => {
    const place = await createPlace(query);
    const handles: Log[] = [];
    onTestFinished(async () => {
      await Promise.all(handles.map((handle) => handle.close()));
      await place.dispose();
    });
    const handle = async (more = options): Promise<Log> => {
      const log = await openKafkaLog(place.url, more);
      handles.push(log);
      return log;
    };
    return { ...place, handle, log: await handle() };
  };

  /** Sockets that a test can cut, hold, or keep from being made. */
  const createNet = () => {
    const sockets = new Set<Socket>();
    let up = true;
    const socketFactory: SocketFactory = ({ host, port, onConnect }) => {
      const socket = up ? connect(port, host, onConnect) : connect(1, '127.0.0.1', onConnect);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    };
    return {
      socketFactory,
      set: (isUp: boolean) => {
        up = isUp;
      },
      cut: () => {
        for (const socket of sockets) socket.destroy(new Error('cut by the test'));
      },
      /** What comes from the broker stays unread, as behind a link that is half open. */
      freeze: () => {
        for (const socket of sockets) socket.pause();
      },
    };
  };

  test('speaks of TLS where the port does not, and never of the password', async () => {
    const { message, code } = await failureOf(`kafka+tls://me:secret@${brokers}`);
    expect(code).toBe('LOG_DOWN');
    expect(message).toMatch(/wants? kafka: instead of|use kafka: instead of/);
    expect(message).not.toContain('secret');
  });

  test('speaks of option sasl where the broker takes no log-in', async () => {
    const { message } = await failureOf(`kafka://me:secret@${brokers}?sasl=scram-sha-256`);
    expect(message).toMatch(/\(log-in\).*check user, password and option sasl/);
    expect(message).not.toContain('secret');
  });

  test('makes topics as the URL says, and says that one replica is no safety', async () => {
    const warnings: object[] = [];
    const warn = (facts: object, sentence: string) => void warnings.push({ ...facts, sentence });
    const { log, prefix } = await setUp(
      '&partitions=4&retentionMs=1000000&retentionBytes=4000000&replication=1',
      { warn },
    );
    await log.append([record('a')]);
    expect(await log.ranges('t')).toHaveLength(4);
    const { resources } = await withAdmin((admin) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: `${prefix}t` }] }),
    );
    const config = new Map(
      resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    expect(config.get('retention.ms')).toBe('1000000');
    expect(config.get('retention.bytes')).toBe('1000000');
    expect(config.get('cleanup.policy')).toBe('delete');
    expect(warnings).toEqual([{ topic: `${prefix}t`, sentence: expect.stringMatching(/one replica/) }]);
  });

  test('keeps a topic as it is when it has other partitions, and says so once', async () => {
    const warnings: object[] = [];
    const { log, prefix, handle } = await setUp('&partitions=6', {
      warn: (facts) => void warnings.push(facts),
    });
    await withAdmin((admin) =>
      admin.createTopics({ waitForLeaders: true, topics: [{ topic: `${prefix}t`, numPartitions: 2 }] }),
    );
    const found = collector();
    await (await handle({})).subscribe({ topics: ['t'], group: 'g', handle: found.handle });
    await log.append(numbered(50));
    await log.append(numbered(50));
    await until(() => expect(found.values()).toHaveLength(100));
    expect(await log.ranges('t')).toHaveLength(2);
    expect(warnings).toEqual([{ topic: `${prefix}t`, partitions: 2, stated: 6 }]);
  });

  test('notices partitions that are added, in groups and tails, within 15 s', async () => {
    const { log, prefix, handle } = await setUp('&partitions=1');
    await log.append([record('a')]);
    const [tailed, grouped] = [collector(), collector()];
    await log.tail({ topics: ['t'], handle: tailed.handle });
    await log.subscribe({ topics: ['t'], group: 'g', handle: grouped.handle });
    await withAdmin((admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: `${prefix}t`, count: 4 }] }),
    );
    const writer = await handle();
    await until(async () => expect(await writer.ranges('t')).toHaveLength(4));
    await writer.append(numbered(40));
    await until(() => expect(sorted(tailed.values())).toEqual(values(numbered(40))), 15_000);
    await until(() => expect(grouped.values()).toHaveLength(41), 15_000);
  });

  test('searches tens of thousands of records for a key', async () => {
    const { log } = await setUp('&partitions=1');
    await checkLongSearch(log);
  });

  test('replays from a time', async () => {
    const { log } = await setUp();
    await log.append(numbered(20));
    await sleep(20);
    const time = Date.now();
    await sleep(20);
    await log.append([record('later'), record('last')]);
    const found = collector();
    await log.subscribe({ topics: ['t'], group: 'g', startAt: async () => ({ time }), handle: found.handle });
    await until(() => expect(found.values().toSorted()).toEqual(['last', 'later']));
  });

  test('tails without a group, a topic or anything else on the broker', async () => {
    const { log, prefix } = await setUp();
    await log.append([record('a')]);
    const seen = () =>
      withAdmin(async (admin) => {
        const groups = (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith(prefix));
        const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
        return { groups, topics };
      });
    const tailed = collector();
    const tail = await log.tail({ topics: ['t', 'unborn'], from: 'earliest', handle: tailed.handle });
    await until(() => expect(tailed.values()).toEqual(['a']));
    expect(await seen()).toEqual({ groups: [], topics: [`${prefix}t`] });
    await tail.stop();
    expect(await seen()).toEqual({ groups: [], topics: [`${prefix}t`] });
  });

  test('shows the same to two tails in two handles', async () => {
    const { log, handle } = await setUp();
    await log.append([record('before')]);
    const [one, two] = [collector(), collector()];
    await log.tail({ topics: ['t'], handle: one.handle });
    await (await handle()).tail({ topics: ['t'], handle: two.handle });
    for (let n = 0; n < 10; n++) await log.append(numbered(1000).slice(n * 100, n * 100 + 100));
    const all = values(numbered(1000));
    await until(() => expect([sorted(one.values()), sorted(two.values())]).toEqual([all, all]));
  });

  test('refuses a record that is too large for its topic for good, and keeps those around it', async () => {
    const { log, prefix } = await setUp();
    await withAdmin((admin) =>
      admin.createTopics({
        waitForLeaders: true,
        topics: [
          {
            ...{ topic: `${prefix}t`, numPartitions: 1 },
            configEntries: [{ name: 'max.message.bytes', value: '20000' }],
          },
        ],
      }),
    );
    const noise = (n: number) =>
      Buffer.from(Array.from({ length: n }, () => Math.random() * 256)).toString('base64');
    const small = Array.from({ length: 20 }, (_, n) => record(`${n} ${noise(5000)}`));
    const large = record(noise(40_000));
    const others = log.append(small);
    const refused = log.append([record('with it'), large]);
    await expect(refused).rejects.toMatchObject({ code: 'LOG_TOO_LARGE', kind: 'dead' });
    await others;
    const found = new Set(values(await readAll(log)));
    expect(small.filter(({ value }) => !found.has(value))).toEqual([]);
    expect(found.has(large.value)).toBe(false);
    await expect(log.append([{ ...large, value: noise(9_000_000) }])).rejects.toMatchObject({
      code: 'LOG_TOO_LARGE',
    });
  });

  test('tells a group what retention has taken: from where it wanted, with the next record', async () => {
    const warnings: object[] = [];
    const { log, prefix } = await setUp('&partitions=1', { warn: (facts) => void warnings.push(facts) });
    await log.append(numbered(100));
    await withAdmin(async (admin) => {
      // Without a question before it, kafkajs does not know the topic.
      await admin.fetchTopicOffsets(`${prefix}t`);
      await admin.deleteTopicRecords({ topic: `${prefix}t`, partitions: [{ partition: 0, offset: '60' }] });
    });
    expect(await log.ranges('t')).toEqual([{ partition: 0, start: 60, end: 100 }]);
    expect(await log.read('t', 0, 10, 1)).toMatchObject({ from: 10, next: 61, records: [{ position: 60 }] });
    const found = collector();
    await log.subscribe({ topics: ['t'], group: 'g', startAt: async () => 10, handle: found.handle });
    await until(() => expect(found.batches[0]).toMatchObject({ from: 10, next: 100 }));
    expect(found.batches[0]?.records[0]?.position).toBe(60);
    expect(warnings).toContainEqual({ topic: `${prefix}t`, partition: 0, from: 10, to: 60 });
  });

  test('goes on by itself after connections are cut: no gap, and a tail repeats nothing', async () => {
    const net = createNet();
    const { log } = await setUp('', { socketFactory: net.socketFactory });
    await log.append([record('first')]);
    const [tailed, grouped] = [collector(), collector()];
    await log.tail({ topics: ['t'], handle: tailed.handle });
    await log.subscribe({ topics: ['t'], group: 'g', handle: grouped.handle });
    for (let n = 0; n < 20; n++) {
      await log.append(numbered(200).slice(n * 10, n * 10 + 10));
      if (n % 5 === 2) net.cut();
    }
    const all = values(numbered(200));
    await until(() => expect([...new Set(sorted(tailed.values()))]).toEqual(all), 10_000);
    const seen = await until(() => {
      const found = new Set(grouped.values());
      expect(all.filter((value) => !found.has(value))).toEqual([]);
      return found;
    }, 15_000);
    expect(seen).toBeDefined();
    // An append that was cut may have been there: then it is on the log twice, and so in the tail.
    expect(tailed.values().length).toBe((await readAll(log)).length - 1);
  });

  test('opens without a broker, and begins by itself when one comes', async () => {
    const net = createNet();
    net.set(false);
    const { log } = await setUp('', { socketFactory: net.socketFactory });
    const found = collector();
    const subscription = log.subscribe({ topics: ['t'], group: 'g', handle: found.handle });
    await expect(log.append([record('too early')])).rejects.toMatchObject({ code: 'LOG_DOWN' });
    await subscription;
    net.set(true);
    await log.append([record('a')]);
    await until(() => expect(found.values()).toEqual(['a']), 15_000);
  });

  test('gives up a connection that is half open, and goes on over a new one', async () => {
    const net = createNet();
    const { log } = await setUp('', { socketFactory: net.socketFactory });
    const tailed = collector();
    await log.append([record('first')]);
    await log.tail({ topics: ['t'], handle: tailed.handle });
    net.freeze();
    const begun = performance.now();
    await log.append([record('frozen')]).catch((error) => expect(error).toMatchObject({ code: 'LOG_DOWN' }));
    expect(performance.now() - begun).toBeLessThan(10_500);
    await log.append([record('after')]);
    await until(() => expect(tailed.values()).toContain('after'), 15_000);
  });

  test('keeps its partitions through a handle that takes longer than the session', {
    timeout: 40_000,
  }, async () => {
    const { log, handle } = await setUp('&partitions=1');
    await log.append([record('a')]);
    const order: string[] = [];
    await log.subscribe({
      topics: ['t'],
      group: 'g',
      async handle({ records }) {
        order.push(`begun ${values(records)}`);
        if (values(records).includes('a')) await sleep(13_000);
        order.push(`done ${values(records)}`);
        return undefined;
      },
    });
    const other = collector();
    await (await handle()).subscribe({ topics: ['u'], group: 'g', handle: other.handle });
    await log.append([record('b')]);
    await until(() => expect(order).toEqual(['begun a', 'done a', 'begun b', 'done b']), 20_000);
    await until(async () => expect(await committed(log)).toBe(await end(log)));
    expect(other.values()).toEqual([]);
  });

  test('takes the partitions of a process that hangs, which begins no batch any more', {
    timeout: 60_000,
  }, async () => {
    const { log, url } = await setUp('&partitions=1');
    const hanging = startChild(new URL('../child.ts', import.meta.url), url, 'hang');
    onTestFinished(() => hanging.kill());
    await hanging.said('ready');
    await log.append(numbered(20));
    await hanging.said('0');
    const found = collector();
    await log.subscribe({ topics: ['t'], group: 'g', handle: found.handle });
    await until(() => expect(found.values()).toEqual(values(numbered(20))), 20_000);
    await until(async () => expect(await committed(log)).toBe(20));
    await sleep(5000);
    expect(hanging.lines.filter((line) => line !== 'ready')).toEqual(['0']);
    expect(await committed(log)).toBe(20);
  });

  test('commits within a second', async () => {
    const { log } = await setUp('&partitions=1');
    await log.append([record('a')]);
    let handledAt = 0;
    await log.subscribe({
      ...{ topics: ['t'], group: 'g' },
      async handle() {
        handledAt = performance.now();
        return undefined;
      },
    });
    await until(async () => expect(await committed(log)).toBe(1));
    expect(performance.now() - handledAt).toBeLessThan(1000);
  });

  test('moves only some partitions to a member that joins, and loses and repeats nothing', async () => {
    const { log, handle } = await setUp();
    const [one, two] = [collector(), collector()];
    await log.subscribe({ topics: ['t'], group: 'g', handle: one.handle });
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      await log.append(Array.from({ length: count }, () => record(`${sent++}`)));
    };
    const sending = (async () => {
      for (let n = 0; n < 60; n++) {
        await send(20);
        await sleep(50);
      }
    })();
    await sleep(500);
    await (await handle()).subscribe({ topics: ['t'], group: 'g', handle: two.handle });
    await sending;
    const all = values(numbered(sent));
    await until(() => expect(sorted([...one.values(), ...two.values()])).toEqual(all));
    expect(new Set(two.batches.map(({ partition }) => partition)).size).toBe(3);
  });

  test('takes less than a hundredth of a core when idle: producer, subscription and tail', {
    retry: 2,
  }, async () => {
    const { url } = await setUp();
    const child = startChild(new URL('../child.ts', import.meta.url), url, 'idle');
    onTestFinished(() => child.kill());
    await child.said('done');
    const share = Number(child.lines[0]);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.01);
  });
});
