import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@pushtech/store';
import { afterAll, expect, it } from 'vitest';
import { hearTask } from './hear-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { DATA_DIR: folder, SECRET_KEY: 'k'.repeat(40) };

it.each<[string, string[]]>([
  ['nobody', ['erase']],
  ['two', ['erase', 'a', 'b']],
  ['an id and a request', ['erase', 'a', '--request', 'b']],
  ['too long an id', ['erase', 'x'.repeat(129)]],
  ['an empty id', ['erase', '']],
  ['a wait that is no number', ['erase', 'a', '--wait', 'long']],
  ['a copy of nobody', ['export']],
])('refuses %s with exit code 2, and says how it is called', async (_, args) => {
  const { code, said } = await hearTask(args, env);
  expect(code).toBe(2);
  expect(said).toContain('Usage: npm run tasks -- e');
});

it('says that there is no such request, and what a request that is done, or for a copy, needs', async () => {
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  await store.privacyRequests.insert({ id: 'copy', kind: 'export', visitor: 'zoe', at: 1 });
  await store.privacyRequests.insert({ id: 'done', kind: 'erase', at: 1, doneAt: 2 });
  await store.close();
  for (const [id, words] of [
    ['none', 'there is no request none'],
    ['copy', 'asks for a copy'],
    ['done', 'was worked off already'],
  ] as const) {
    const { code, said } = await hearTask(['erase', '--request', id], env);
    expect(code).toBe(1);
    expect(said).toContain(words);
  }
});

it('forgets in the store whoever asked or was exported, keeps the rest, and writes no id into the audit', async () => {
  const url = `sqlite:${join(folder, 'store.db')}`;
  const store = await openStore(url);
  await store.privacyRequests.insert({ id: 'mine', kind: 'erase', visitor: 'zoe-1', at: 1 });
  await store.privacyRequests.insert({ id: 'other', kind: 'erase', visitor: 'else', at: 1 });
  await store.audit.insert({ id: 'a1', at: 1, who: 'local', what: 'privacy.exported', target: 'zoe-1' });
  await store.audit.insert({ id: 'a2', at: 1, who: 'local', what: 'privacy.exported', target: 'else' });
  await store.close();

  const dry = await hearTask(['erase', 'zoe-1', '--dry-run'], env);
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.out).toMatch(/^store +2 requests and audit lines/m);
  expect(dry.out).toContain('Nothing was changed.');

  const { code, out } = await hearTask(['erase', 'zoe-1', '--wait', '0'], env);
  expect(code).toBe(0);
  expect(out).toMatch(/^store +2 requests and audit lines, 2 erased: nothing is left/m);
  expect(out.trim().endsWith('Done.')).toBe(true);
  const after = await openStore(url);
  expect(await after.privacyRequests.get('mine')).toEqual({
    id: 'mine',
    kind: 'erase',
    at: 1,
    doneAt: expect.any(Number),
  });
  expect(await after.privacyRequests.get('other')).toMatchObject({ visitor: 'else' });
  const lines = await after.audit.list();
  expect(lines.filter(({ target }) => target === 'zoe-1')).toEqual([]);
  expect(lines.find(({ id }) => id === 'a2')?.target).toBe('else');
  expect(lines.find(({ what }) => what === 'privacy.erased')).toMatchObject({
    who: 'system',
    target: 'mine',
  });
  await after.close();
  expect(readFileSync(join(folder, 'store.db')).includes('zoe-1')).toBe(false);
});

it('writes no copy over a file that is there', async () => {
  const to = join(folder, 'copy.ndjson');
  expect(await hearTask(['export', 'else', '--to', to], env)).toMatchObject({ code: 0 });
  const again = await hearTask(['export', 'else', '--to', to], env);
  expect(again.code).toBe(1);
  expect(again.said).toContain('is there already');
});
