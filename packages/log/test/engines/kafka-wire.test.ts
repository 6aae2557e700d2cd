// What the Kafka engine writes and reads by itself, held against kafkajs and fixed values.

import { createRequire } from 'node:module';
import { needs } from '@pushtech/testing';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, onTestFinished, test } from 'vitest';
import { assign } from '../../src/engines/kafka/assign.ts';
import { crc32c } from '../../src/engines/kafka/crc32c.ts';
import { createReader } from '../../src/engines/kafka/decode-batches.ts';
import { encodeBatch } from '../../src/engines/kafka/encode-batch.ts';
import { partitionOf } from '../../src/engines/kafka/partition-of.ts';
import { parseKafkaUrl } from '../../src/engines/kafka/settings.ts';
import { type NewRecord, openLog } from '../../src/index.ts';
import { collector, readAll, record, until, values } from '../kit.ts';
import { brokers, createPlace } from './kafka-place.ts';

const { zstdDecompressSync } = await import('node:zlib');

test('computes the checksum of RFC 3720, at every length and start', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  const load = createRequire(import.meta.url);
  const theirs = load('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (bytes: Buffer) => number;
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, n) => (n * 197) & 255));
  for (let start = 0; start < 20; start++) {
    for (let end = start; end < 100; end++) {
      expect(crc32c(bytes, start, end)).toBe(theirs(bytes.subarray(start, end)));
    }
  }
});

test('chooses the partition that every other client of Kafka would choose', () => {
  const theirs = Partitioners.DefaultPartitioner();
  const keys = ['', 'a', 'ab', 'abc', 'abcd', 'ä', '你好', '👩‍👩‍👧', '0192f3aa-1111-7abc-8def-0123456789ab'];
  for (let n = 0; n < 2000; n++) keys.push(`key ${n} ${'x'.repeat(n % 40)}`);
  for (const count of [1, 2, 6, 7, 100]) {
    const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 }));
    for (const key of keys) {
      // Buffers: kafkajs would count the characters of a text.
      const message = { key: Buffer.from(key), value: null };
      const wanted = theirs({ topic: 't', partitionMetadata, message } as never);
      expect([key, partitionOf(key, count)]).toEqual([key, wanted]);
    }
  }
});

const roundTrip = (records: readonly NewRecord[]) => {
  const bytes = encodeBatch(records, 1_790_000_000_123);
  return createReader(bytes, { topic: 't', partition: 3, from: 0 }).read(100_000);
};

test('reads back what it writes, whatever the lengths', () => {
  const records: NewRecord[] = [0, 1, 47, 48, 49, 63, 64, 127, 128, 8191, 8192, 70_000, 1_500_000].flatMap(
    (n) => [
      { topic: 't', key: 'k'.repeat(n % 300), value: 'v'.repeat(n) },
      {
        topic: 't',
        key: 'ä',
        value: 'ä'.repeat(n),
        headers: { ['h'.repeat(n % 70)]: 'ü'.repeat(n % 200), b: '' },
      },
    ],
  );
  const found = roundTrip(records);
  expect(found.map(({ partition, position, at, ...rest }) => rest)).toEqual(records);
  expect(found.map(({ position }) => position)).toEqual(records.map((_, n) => n));
  expect(new Set(found.map(({ at }) => at))).toEqual(new Set([1_790_000_000_123]));
});

test('refuses a batch with a flipped bit instead of handing it out', () => {
  const bytes = encodeBatch([record('a')], 0);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 4;
  const reader = createReader(bytes, { topic: 't', partition: 0, from: 0 });
  expect(() => reader.read(1)).toThrow(/t\/0 at 0: the checksum is wrong/);
});

test('says which compression it cannot read', () => {
  const bytes = encodeBatch([record('a')], 0);
  bytes[22] = 2;
  bytes.writeUInt32BE(crc32c(bytes, 21), 17);
  const reader = createReader(bytes, { topic: 't', partition: 0, from: 0 });
  expect(() => reader.read(1)).toThrow(/compressed with snappy: only none, gzip and zstd/);
});

test('leaves out the cut-off end of an answer and what was not asked for', () => {
  const batch = encodeBatch(
    ['a', 'b', 'c'].map((value) => record(value)),
    0,
  );
  const bytes = Buffer.concat([batch, batch.subarray(0, 70)]);
  const reader = createReader(bytes, { topic: 't', partition: 0, from: 1 });
  expect(reader.end()).toBe(3);
  expect(values(reader.read(10))).toEqual(['b', 'c']);
  expect(reader.read(10)).toEqual([]);
});

test('gives every partition to one member, evenly, and moves no more than it must', () => {
  const counts = new Map([
    ['t', 6],
    ['u', 3],
  ]);
  const topics = ['t', 'u'];
  const alone = assign([{ member: 'a', topics, held: [] }], counts);
  expect(alone.get('a')).toHaveLength(9);
  const claims = [
    { member: 'b', topics, held: [] },
    { member: 'a', topics, held: alone.get('a') ?? [] },
  ];
  const two = assign(claims, counts);
  expect([two.get('a')?.length, two.get('b')?.length]).toEqual([5, 4]);
  expect(alone.get('a')).toEqual(expect.arrayContaining(two.get('a') ?? []));
  expect(new Set([...(two.get('a') ?? []), ...(two.get('b') ?? [])]).size).toBe(9);
  expect(assign(claims.toReversed(), counts)).toEqual(two);
  const other = { member: 'c', topics: ['u'], held: ['t/0', 'u/0'] };
  const three = assign([...claims, other], counts);
  expect(three.get('c')?.every((part) => part.startsWith('u/'))).toBe(true);
  expect([...three.values()].flat().toSorted()).toEqual((alone.get('a') ?? []).toSorted());
});

test('reads every part of the URL', () => {
  expect(
    parseKafkaUrl('kafka://b1:9092,b2,[::1]:9?prefix=x_&partitions=3&replication=2&retentionMs=5'),
  ).toMatchObject({
    seeds: [
      { host: 'b1', port: 9092 },
      { host: 'b2', port: 9092 },
      { host: '::1', port: 9 },
    ],
    ...{ prefix: 'x_', partitions: 3, replication: 2, retentionMs: 5, ssl: undefined, sasl: undefined },
  });
  expect(parseKafkaUrl('kafka+tls://me:p%40ss:w@b1:9093?sasl=SCRAM-SHA-512&servername=k')).toMatchObject({
    seeds: [{ host: 'b1', port: 9093 }],
    ssl: { servername: 'k' },
    sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'p@ss:w' },
  });
  expect(parseKafkaUrl('kafka://me:secret@b1').sasl?.mechanism).toBe('plain');
});

test.each([
  ['kafka://b1:port', /host:port/],
  ['kafka://b1?partitions=0', /partitions must be a whole number above 0/],
  ['kafka://b1?retentionMs=soon', /retentionMs must be a number/],
  ['kafka://b1?prefix=a-b', /prefix may hold/],
  ['kafka://b1?sasl=kerberos', /sasl must be one of plain, scram-sha-256, scram-sha-512, not "kerberos"/],
  ['kafka://b1?sasl=plain', /sasl needs user:password@/],
  ['kafka://me:se%ret@b1', /user and password must be written as in a URL/],
  [
    'kafka+tls://me:secret@b1?ca=/no/such/file',
    /option ca: the file \/no\/such\/file cannot be read \(ENOENT/,
  ],
  ['kafka+tls://me:secret@b1?ca=/dev/null', /option ca: the file holds nothing in PEM form/],
  ['kafka://me:secret@b1?ca=/dev/null', /option ca belongs to TLS: begin the URL with kafka\+tls:/],
  ['kafka://me:secret@b1:x', /host:port: "b1:x"/],
])('says what is wrong with %s, without the password', async (url, message) => {
  const error = await openLog(url).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'LOG_URL', kind: 'fatal', message: expect.stringMatching(message) });
  expect(error.message).not.toMatch(/secret|se%ret/);
});

needs('kafka')('with a broker', () => {
  const setUp = async () => {
    const place = await createPlace();
    const log = await openLog(place.url);
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    onTestFinished(async () => {
      await log.close();
      await place.dispose();
    });
    return { ...place, log, kafka };
  };

  test('reads what other clients wrote: plain and gzip, without key, value or headers', async () => {
    const { log, kafka, prefix } = await setUp();
    await log.append([record('first')]);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
      const messages = [
        { key: 'k', value: `Grüße ${compression}`, headers: { h: 'x' } },
        { value: `no key ${compression}` },
        { key: `no value ${compression}`, value: null },
      ];
      await producer.send({ topic: `${prefix}t`, compression, messages });
    }
    await producer.disconnect();
    const all = await readAll(log);
    const texts = ['', '', 'Grüße 0', 'Grüße 1', 'first', 'no key 0', 'no key 1'];
    expect(values(all).toSorted()).toEqual(texts);
    expect(all.find(({ value }) => value === 'Grüße 1')).toMatchObject({ key: 'k', headers: { h: 'x' } });
    const tailed = collector();
    await log.tail({ topics: ['t'], from: 'earliest', handle: tailed.handle });
    await until(() => expect(tailed.values().toSorted()).toEqual(texts));
  });

  test('is read by other clients', async () => {
    const { log, kafka, prefix } = await setUp();
    await log.append(['a', 'Grüße'].map((value) => ({ ...record(value), headers: { origin: '1/2' } })));
    const { CompressionCodecs } = await import('kafkajs');
    CompressionCodecs[CompressionTypes.ZSTD] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => buffer,
      decompress: async (bytes: Buffer) => zstdDecompressSync(bytes),
    });
    const consumer = kafka.consumer({ groupId: `${prefix}other` });
    onTestFinished(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: `${prefix}t`, fromBeginning: true });
    const found: unknown[] = [];
    await consumer.run({
      async eachMessage({ message }) {
        found.push([`${message.key}`, `${message.value}`, `${message.headers?.origin}`]);
      },
    });
    await until(() => expect(found).toHaveLength(2), 20_000);
    expect(found.toSorted()).toEqual([
      ['key of Grüße', 'Grüße', '1/2'],
      ['key of a', 'a', '1/2'],
    ]);
  });
});
