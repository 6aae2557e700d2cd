import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isPushtechError } from '@pushtech/event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeRecord } from '../src/spool/record.ts';
import { createSpoolPlace, drainAll, until } from './spool-place.ts';

let place: ReturnType<typeof createSpoolPlace>;
beforeEach(() => {
  place = createSpoolPlace();
});
afterEach(() => place.dispose());

const KIB = 1024;
const MIB = 1024 ** 2;
const numbered = (n: number, size = 0) => Array.from({ length: n }, (_, i) => `${i} ${'x'.repeat(size)}`);
const filesIn = (slot = '0') => readdirSync(join(place.directory, slot)).filter((name) => name !== 'lock');
const fileAt = (index: number) => join(place.directory, '0', filesIn()[index] as string);

describe('the spool', () => {
  it('gives back what was appended, oldest first, and leaves no file behind', async () => {
    const spool = await place.open();
    const texts = numbered(200, 100 * KIB);
    await Promise.all(texts.map((text) => spool.append(text)));
    expect(filesIn().length).toBeGreaterThan(3);
    const { bytes, records, oldestAt } = spool.status();
    expect(bytes).toBe(texts.reduce((sum, text) => sum + encodeRecord(text, 0).length, 0));
    expect(records).toBe(200);
    expect(Date.now() - (oldestAt as number)).toBeLessThan(20_000);
    expect(await drainAll(spool)).toEqual(texts);
    await until(() => filesIn().length === 0);
    expect(spool.status()).toEqual({ bytes: 0, maxBytes: 1024 ** 3, records: 0 });
    expect(spool.hasRecords()).toBe(false);
    expect(spool.counts.spooled).toBe(200);
  });

  it('gives back after a restart what was not done, whether given out or not', async () => {
    const first = await place.open();
    for (const text of numbered(5)) await first.append(text);
    const one = await first.next();
    (await first.next())?.done();
    expect(one?.text).toBe('0 ');
    await first.close();
    const second = await place.open();
    await until(() => second.status().records === 5);
    await second.append('new');
    expect(await drainAll(second)).toEqual([...numbered(5), 'new']);
  });

  it('deletes a file only after all its records are done', async () => {
    const spool = await place.open();
    for (const text of numbered(3)) await spool.append(text);
    const given = [await spool.next(), await spool.next(), await spool.next()];
    expect(await spool.next()).toBeUndefined();
    given[2]?.done();
    given[0]?.done();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(filesIn()).toHaveLength(1);
    expect(spool.status().records).toBe(1);
    given[1]?.done();
    await until(() => filesIn().length === 0);
  });

  it('refuses what goes past its bytes, with its code, and takes again once it is drained', async () => {
    const spool = await place.open(10 * KIB);
    const results = await Promise.allSettled(numbered(20, KIB).map((text) => spool.append(text)));
    const taken = results.filter(({ status }) => status === 'fulfilled');
    expect(taken.length).toBe(9);
    for (const result of results) {
      if (result.status === 'rejected') expect(isPushtechError(result.reason, 'SPOOL_FULL')).toBe(true);
    }
    expect(spool.status().bytes).toBeLessThanOrEqual(10 * KIB);
    expect(await drainAll(spool)).toHaveLength(9);
    await until(() => spool.status().bytes === 0);
    await spool.append('again');
  });

  it('takes nothing and makes no folder when it may hold 0 bytes', async () => {
    rmSync(place.directory, { recursive: true });
    const spool = await place.open(0);
    await expect(spool.append('a')).rejects.toMatchObject({ code: 'SPOOL_FULL' });
    expect(() => readdirSync(place.directory)).toThrow('ENOENT');
  });

  it('takes nothing after its close', async () => {
    const spool = await place.open();
    await spool.close();
    await expect(spool.append('a')).rejects.toMatchObject({ code: 'SPOOL_CLOSED', kind: 'fatal' });
  });

  it('does not hold the event loop while it takes 40 MiB and gives them back', async () => {
    const spool = await place.open();
    const texts = numbered(1000, 40 * KIB);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (let at = 0; at < texts.length; at += 10) {
      await Promise.all(texts.slice(at, at + 10).map((text) => spool.append(text)));
    }
    expect(await drainAll(spool)).toEqual(texts);
    delay.disable();
    console.log(`event loop: longest ${(delay.max / 1e6).toFixed(1)} ms`);
    expect(delay.percentile(99) / 1e6).toBeLessThan(50);
    expect(delay.max / 1e6).toBeLessThan(100);
  });
});

describe('damage in the spool', () => {
  const fill = async (): Promise<void> => {
    const spool = await place.open();
    for (const text of numbered(5)) await spool.append(text);
    await spool.close();
  };
  const damages = () =>
    place.warnings.flatMap(({ reason, file, offset }) => (reason ? [{ reason, file, offset }] : []));

  it('a torn end is skipped, counted and named, and the file goes away', async () => {
    await fill();
    const file = fileAt(0);
    truncateSync(file, readFileSync(file).length - 1);
    const spool = await place.open();
    expect(await drainAll(spool)).toEqual(numbered(4));
    expect([...spool.counts.lost]).toEqual([['torn', 1]]);
    expect(damages()).toEqual([{ reason: 'torn', file, offset: 4 * encodeRecord('0 ', 0).length }]);
    await until(() => filesIn().length === 0);
  });

  it('a flipped record is skipped, counted and named, those around it come back', async () => {
    await fill();
    const file = fileAt(0);
    const bytes = readFileSync(file);
    const offset = 2 * encodeRecord('0 ', 0).length;
    bytes.writeUInt8(0xff, offset + 10);
    writeFileSync(file, bytes);
    const spool = await place.open();
    expect(await drainAll(spool)).toEqual(['0 ', '1 ', '3 ', '4 ']);
    expect([...spool.counts.lost]).toEqual([['flipped', 1]]);
    expect(damages()).toEqual([{ reason: 'flipped', file, offset }]);
    await until(() => spool.status().bytes === 0);
  });

  it('a file of another kind is left alone or set aside, by name, and holds nothing up', async () => {
    await fill();
    const folder = join(place.directory, '0');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const alien = '0000000000001-000000-0.seg';
    writeFileSync(join(folder, alien), 'this was never a spool '.repeat(1000));
    writeFileSync(join(folder, '0000000000002-000000-0.seg'), '');
    const spool = await place.open();
    expect(await drainAll(spool)).toEqual(numbered(5));
    await until(() => spool.status().bytes === 0);
    expect(filesIn().sort()).toEqual([`${alien}.unreadable`, 'notes.txt']);
    expect(place.warnings.map(({ file }) => file)).toContain(join(folder, 'notes.txt'));
    expect(place.warnings.map(({ file }) => file)).toContain(join(folder, `${alien}.unreadable`));
    expect(spool.hasRecords()).toBe(false);
  });

  it('a file that somebody took away is counted as missing', async () => {
    await fill();
    const spool = await place.open();
    rmSync(fileAt(0));
    expect(await drainAll(spool)).toEqual([]);
    expect([...spool.counts.lost]).toEqual([['missing', 1]]);
    expect(spool.status().bytes).toBe(0);
  });
});

describe('trackers that share a folder', () => {
  it('have a slot each, and see nothing of each other', async () => {
    const [one, two] = [await place.open(), await place.open()];
    await one.append('of one');
    await two.append('of two');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await drainAll(one)).toEqual(['of one']);
    expect(await drainAll(two)).toEqual(['of two']);
    expect(readdirSync(place.directory).sort()).toEqual(['0', '1']);
  });

  it('take over what one leaves that is gone, while they run and when they start', async () => {
    const [one, two, three] = [await place.open(), await place.open(), await place.open()];
    for (const text of numbered(3)) await two.append(text);
    await three.append('of three');
    await two.close();
    await until(() => one.hasRecords());
    expect(await drainAll(one)).toEqual(numbered(3));
    await one.close();
    await three.close();
    const next = await place.open();
    expect(await drainAll(next)).toEqual(['of three']);
    expect(filesIn('2')).toEqual([]);
  });
});

/** Only root may mount; elsewhere a full disk is tried by the faults of `packages/flow`. */
const canMount = (): boolean => {
  const probe = `/tmp/pushtech-mount-${process.pid}`;
  try {
    mkdirSync(probe);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
};

describe.skipIf(!canMount())('a disk without room (needs the right to mount a tmpfs)', () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', place.directory]);
  });
  afterEach(async () => {
    await place.dispose().catch(() => {});
    execFileSync('umount', [place.directory]);
    rmSync(place.directory, { recursive: true, force: true });
  });

  it('is refused with the reason, corrupts nothing, and works again when there is room', async () => {
    const spool = await place.open();
    const kept: string[] = [];
    const reasons = new Set<string>();
    for (const text of numbered(100, 100 * KIB)) {
      await spool.append(text).then(
        () => kept.push(text),
        (error) => reasons.add(`${error.code}: ${error.message}`),
      );
    }
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(31);
    expect([...reasons].join()).toMatch(/^SPOOL_FAILED: .*ENOSPC/);
    expect(spool.status().problem).toContain('ENOSPC');
    expect(spool.status().bytes).toBeLessThanOrEqual(3 * MIB);
    expect(await drainAll(spool)).toEqual(kept);
    expect([...spool.counts.lost]).toEqual([]);
    await until(async () =>
      spool.append('there is room').then(
        () => true,
        () => false,
      ),
    );
    expect(spool.status().problem).toBeUndefined();
  });

  it('hinders no start: the spool says why it takes nothing, and begins to when it can', async () => {
    const filler = join(place.directory, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(4 * MIB))).toThrow('ENOSPC');
    execFileSync('mount', ['-o', 'remount,ro', place.directory]);
    const spool = await place.open();
    await expect(spool.append('a')).rejects.toMatchObject({ code: 'SPOOL_FAILED' });
    expect(spool.status().problem).toContain('read-only');
    execFileSync('mount', ['-o', 'remount,rw', place.directory]);
    rmSync(filler);
    await until(async () =>
      spool.append('b').then(
        () => true,
        () => false,
      ),
    );
    expect(await drainAll(spool)).toEqual(['b']);
  });
});
