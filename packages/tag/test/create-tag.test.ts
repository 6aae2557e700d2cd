import { expect, it } from 'vitest';
import { createTag } from '../src/index.ts';
import { newId, timeOf } from '../src/new-id.ts';

it('does nothing where there is no page, so that a server may render with it', () => {
  const tag = createTag<{ signup: { plan: string }; ping: object }>({ to: 'https://trk.example.org/t' });
  expect(tag('signup', { plan: 'pro' })).toBeUndefined();
  expect(tag('ping')).toBeUndefined();
  // @ts-expect-error a plan is asked for
  tag('signup');
  // @ts-expect-error no such type
  tag('other');
  expect(() => tag.consent(false)).not.toThrow();
  expect(() => tag.flush()).not.toThrow();
  expect(tag.lost()).toBe(0);
});

it('makes UUIDs of version 7 that rise and tell their time', () => {
  const now = 1_764_000_000_000;
  const ids = Array.from({ length: 200 }, () => newId(now));
  for (const id of ids)
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids.map((id) => id.slice(14))).size).toBe(200);
  expect(timeOf(ids[0] as string)).toBe(now);
});
