import { describe, expect, test } from 'vitest';
import { type EngineName, engineNames, engineVariables, whenAnswering } from '../src/engines.ts';
import { checkEngines } from '../src/global-setup.ts';
import { needs } from '../src/index.ts';
import { createListener } from './listener.ts';

const address = (engine: EngineName, port: number): string =>
  `${{ redis: 'redis://', kafka: '', mongo: 'mongodb://' }[engine]}127.0.0.1:${port}`;

describe.each(engineNames)('%s', (engine) => {
  needs(engine)('that really runs', (urls) => {
    test('is found to answer', () => whenAnswering(engine, urls[engine], 5000));
  });

  test('does not answer where nobody listens', async () => {
    await expect(whenAnswering(engine, address(engine, 1), 300)).rejects.toThrow(
      `${engineVariables[engine]} names ${address(engine, 1)}, but no ${engine} answers there within 0.3 s: connect ECONNREFUSED`,
    );
  });

  test.each<[string, string | undefined, string]>([
    ['says nothing', undefined, 'no answer within'],
    ['speaks something else', `HTTP/1.1 400 Bad Request\r\n\r\n${' '.repeat(99)}`, 'answers there within'],
    ['speaks in bytes', '\0\0\0\x20'.repeat(9), 'answers there within'],
  ])('does not answer where somebody %s', async (_, answer, reason) => {
    const listener = await createListener(answer);
    const asked = whenAnswering(engine, address(engine, listener.port), 300);
    await expect(asked).rejects.toThrow(reason);
    await listener.close();
  });

  test('does not answer at what is no address', async () => {
    await expect(whenAnswering(engine, 'nonsense', 300)).rejects.toThrow('nonsense');
  });
});

describe('redis with a password', () => {
  test('is asked with it, and the report does not tell it', async () => {
    const open = await createListener('+OK\r\n+PONG\r\n');
    await whenAnswering('redis', `redis://user:secret@127.0.0.1:${open.port}`, 300);
    await open.close();
    const closed = await createListener('-WRONGPASS invalid\r\n-NOAUTH\r\n');
    const asked = whenAnswering('redis', `redis://user:secret@127.0.0.1:${closed.port}`, 300);
    await expect(asked).rejects.toThrow(/^(?!.*secret).*redis:\/\/…@.*it says "-WRONGPASS invalid"/);
    await closed.close();
  });
});

test('a broker that does not know all brokers listed does not answer yet', async () => {
  const correlation = [0, 0, 0x12, 0x67];
  const one = await createListener(Uint8Array.from([0, 0, 0, 8, ...correlation, 0, 0, 0, 1]));
  const broker = `127.0.0.1:${one.port}`;
  await whenAnswering('kafka', broker, 300);
  await expect(whenAnswering('kafka', `${broker},${broker}`, 300)).rejects.toThrow('knows 1 of 2 brokers');
  await one.close();
});

test('a MongoDB that answers "hello" with an error does not answer', async () => {
  const opcode = [0xdd, 0x07, 0, 0];
  const ok = [...Buffer.from('\x01ok\0\0\0\0\0\0\0', 'latin1')];
  const head = [28, 0, 0, 0, ...Array(8).fill(0), ...opcode];
  for (const [end, answers] of [
    [[0xf0, 0x3f], true],
    [[0, 0], false],
  ] as const) {
    const listener = await createListener(Uint8Array.from([...head, ...ok, ...end]));
    const asked = whenAnswering('mongo', `mongodb://127.0.0.1:${listener.port}`, 300);
    if (answers) await asked;
    else await expect(asked).rejects.toThrow('does not answer "hello" as MongoDB does');
    await listener.close();
  }
});

test('a check asks those only that are named', async () => {
  await checkEngines({ REDIS_URL: '' }, 300);
  await expect(checkEngines({ MONGODB_URL: 'mongodb://127.0.0.1:1' }, 300)).rejects.toThrow(
    'no mongo answers',
  );
});
