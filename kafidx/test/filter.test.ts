import { newId } from '@pushtech/event';
import { describe, expect, it } from 'vitest';
import { type Filter, matches, readFilter } from '../src/filter.ts';
import { readRow } from '../src/row.ts';
import { eventOf, startKafidx, until } from './start.ts';

const filterOf = (query: string): Filter => {
  const reading = readFilter(new URLSearchParams(query));
  if (!reading.ok) throw new Error(reading.message);
  return reading.filter;
};

const id = newId();
const event = {
  ...eventOf({ id, type: 'offer.view', site: 'a.example', place: { country: 'DE', accuracy: 'ip' } }),
  page: { url: 'https://a.example/shop/1', host: 'a.example', path: '/shop/1' },
};
const bot = { ...event, bot: { reasons: ['agent:x'] } };
const dead = { id, type: 'offer.view', site: 'a.example', reason: 'x' };

describe('a filter', () => {
  it.each([
    ['', event, true],
    ['type=offer.view', event, true],
    ['type=offer', event, false],
    ['type=click,offer.view', event, true],
    ['type=click, offer.view', event, true],
    ['type=', event, true],
    ['site=a.example', event, true],
    ['site=example', event, false],
    ['country=DE', event, true],
    ['country=de', event, true],
    ['country=FR,AT', event, false],
    ['path=/shop/1', event, true],
    ['path=/shop', event, false],
    ['path=/shop*', event, true],
    ['path=/shop/*', event, true],
    ['path=*', event, true],
    ['path=*1', event, false],
    ['path=/x*,/shop/1', event, true],
    [`id=${id}`, event, true],
    [`id=${id.toUpperCase()}`, event, true],
    [`id=${newId()}`, event, false],
    ['type=offer.view&site=b.example', event, false],
    ['', bot, true],
    ['bots=1', bot, true],
    ['bots=0', bot, false],
    ['bots=0', event, true],
    ['country=DE', { ...event, place: undefined }, false],
    ['path=*', { ...event, page: undefined }, false],
  ])('%s lets an event through: %#', (query, record, through) => {
    const row = readRow('events', JSON.stringify(record));
    expect(row && matches(filterOf(query), row)).toBe(through);
  });

  it.each([
    ['', true],
    ['dead=0', false],
    ['type=offer.view&site=a.example', true],
    [`id=${id}`, true],
    ['type=click', false],
    ['country=DE', false],
    ['path=*', false],
  ])('%s lets a dead letter through: %s', (query, through) => {
    const row = readRow('events.dead', JSON.stringify(dead));
    expect(row && matches(filterOf(query), row)).toBe(through);
  });

  it.each([
    ['colour=red', 'filter_unknown', 'colour'],
    ['__proto__=x', 'filter_unknown', '__proto__'],
    ['constructor=x', 'filter_unknown', 'constructor'],
    ['type=%00', 'filter_invalid', 'type'],
    [`type=${'a'.repeat(65)}`, 'filter_invalid', 'type'],
    ['site=<b>', 'filter_invalid', 'site'],
    ['country=DEU', 'filter_invalid', 'country'],
    ['id=7', 'filter_invalid', 'id'],
    ['bots=yes', 'filter_invalid', 'bots'],
    ['dead=', 'filter_invalid', 'dead'],
    [`path=${'/'.repeat(1025)}`, 'filter_invalid', 'path'],
    [`type=${Array(21).fill('a').join(',')}`, 'filter_invalid', 'type'],
  ])('%s is refused as %s naming %s', (query, code, name) => {
    expect(readFilter(new URLSearchParams(query))).toMatchObject({
      ok: false,
      code,
      message: expect.stringContaining(name),
    });
  });

  it.each([
    [{ bots: 0 }, true],
    [{ bots: false }, true],
    [{ type: ['a', 'b'] }, true],
    [{ type: 7 }, false],
    [{ type: [null] }, false],
    [{ type: { $gt: '' } }, false],
    [{ bots: 2 }, false],
  ])('%j in a message is understood: %s', (fields, ok) => {
    expect(readFilter(Object.entries(fields)).ok).toBe(ok);
  });
});

describe('a viewer', () => {
  it('changes its filter while connected; a bad one is named and changes nothing', async () => {
    const kafidx = await startKafidx();
    const { frames, send } = await kafidx.view('?type=a');
    await kafidx.appendEvents(eventOf({ type: 'a' }), eventOf({ type: 'b' }));
    await until(() => frames.events.length === 1);
    send({ filter: { type: 'b' } });
    send({ filter: { colour: 'red' } });
    await until(() => frames.errors.length === 1);
    expect(frames.errors[0]).toMatchObject({
      code: 'filter_unknown',
      message: expect.stringContaining('colour'),
    });
    await kafidx.appendEvents(eventOf({ type: 'a' }), eventOf({ type: 'b' }));
    await until(() => frames.events.length === 2);
    expect(frames.events.map(({ type }) => type)).toEqual(['a', 'b']);
  });

  it('is told of a bad filter in its address', async () => {
    const { frames } = await (await startKafidx()).view('?country=Germany');
    await until(() => frames.errors.length === 1);
    expect(frames.errors[0]?.message).toContain('country');
  });

  it.each([
    ['text that is no JSON', 'x', 'not_json'],
    ['a number', '7', 'message_unknown'],
    ['two keys', '{"pause":true,"filter":{}}', 'message_unknown'],
    ['an unknown key', '{"stop":true}', 'message_unknown'],
    ['a filter that is no object', '{"filter":"type"}', 'message_unknown'],
    ['a prototype', '{"filter":{"__proto__":"x"}}', 'filter_unknown'],
  ])('is told that it sent %s', async (_what, text, code) => {
    const { socket, frames } = await (await startKafidx()).view();
    socket.send(text);
    await until(() => frames.errors.length === 1);
    expect(frames.errors[0]?.code).toBe(code);
  });

  it('that talks too much is let go', async () => {
    const { socket, send } = await (await startKafidx()).view();
    const code = new Promise((resolve) => socket.once('close', resolve));
    for (let i = 0; i < 30; i++) send({ pause: false });
    expect(await code).toBe(1008);
  });

  it('that sends more than 8 KB is let go', async () => {
    const { socket, send } = await (await startKafidx()).view();
    const code = new Promise((resolve) => socket.once('close', resolve));
    send({ filter: { path: 'x'.repeat(9000) } });
    expect(await code).toBe(1009);
  });
});
