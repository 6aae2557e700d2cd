import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPlaces, type Places, type PlacesOptions } from '../src/index.ts';

const fixture = (file: string): string => fileURLToPath(new URL(`fixtures/${file}`, import.meta.url));
const city = fixture('GeoLite2-City-Test.mmdb');

interface Expected {
  network: string;
  country?: string;
  region?: string;
  city?: string;
  lat?: number;
  lng?: number;
}
const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Expected[];

const opened: Places[] = [];
const folders: string[] = [];

const open = async (options: Partial<PlacesOptions> = {}) => {
  const warnings: string[] = [];
  const places = await openPlaces({
    cityPath: city,
    warn: (_, sentence) => warnings.push(sentence),
    ...options,
  });
  opened.push(places);
  return { places, warnings };
};

const temporaryFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-place-'));
  folders.push(folder);
  return join(folder, 'city.mmdb');
};

afterEach(async () => {
  await Promise.all(opened.splice(0).map((places) => places.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** First address of a network; IPv4 networks may be written as IPv6. */
const firstAddress = (network: string): string => network.slice(0, network.indexOf('/'));

describe('a database with nested records', () => {
  it('gives the place that its source says, for every network', async () => {
    const { places } = await open();
    const wrong = expected.filter(({ network, ...place }) => {
      const found = places.find(firstAddress(network)) ?? {};
      return JSON.stringify(Object.entries(found).sort()) !== JSON.stringify(Object.entries(place).sort());
    });
    expect(wrong).toEqual([]);
    expect(expected.length).toBeGreaterThan(200);
  });

  it.each([
    ['::ffff:81.2.69.142', 'IPv4 within IPv6'],
    ['::ffff:5102:458e', 'the same in hexadecimal'],
    ['0:0:0:0:0:ffff:81.2.69.142', 'the same in full'],
    ['[::ffff:81.2.69.142]', 'in brackets'],
  ])('finds %s (%s) where the plain address is', async (address) => {
    const { places } = await open();
    expect(places.find(address)).toMatchObject({ country: 'GB', city: 'London' });
  });

  it('reads past a zone and brackets', async () => {
    const { places } = await open();
    expect(places.find('[2001:218::1%eth0]')).toMatchObject({ country: 'JP' });
  });

  it.each([
    '',
    'garbage',
    '81.2.69',
    '81.2.69.142.1',
    '999.1.1.1',
    '::ffff:999.1.1.1',
    '81.2.69.142 ',
    '%',
    '[',
    '[]',
  ])('gives nothing for %j, which is no address', async (text) => {
    const { places } = await open();
    expect(places.find(text)).toBeUndefined();
  });

  it.each(['10.0.0.1', '127.0.0.1', '192.168.1.1', '::1', '[::1]', 'fe80::1%lo', 'fc00::1', '0.0.0.0'])(
    'gives nothing for %s, which is at no place',
    async (address) => {
      const { places, warnings } = await open();
      expect(places.find(address)).toBeUndefined();
      expect(warnings).toEqual([]);
    },
  );

  it('gives answers that nobody can change for others', async () => {
    const { places } = await open();
    expect(Object.isFrozen(places.find('81.2.69.142'))).toBe(true);
  });
});

describe('the bundled database', () => {
  it('knows IPv4 and IPv6 addresses, and asks for its attribution', async () => {
    const { places, warnings } = await open({ cityPath: '' });
    expect(places.find('8.8.8.8')).toMatchObject({ country: 'US' });
    expect(places.find('2a00:1450:4001::1')?.country).toMatch(/^[A-Z]{2}$/);
    expect(places.find('8.8.8.8')?.lat).toBeTypeOf('number');
    expect(places.status().files).toHaveLength(2);
    expect(places.attribution).toMatchObject({ url: 'https://db-ip.com' });
    expect(warnings).toEqual([]);
  });

  it('asks for nothing when the owner brings a file', async () => {
    const { places } = await open();
    expect(places.attribution).toBeUndefined();
  });
});

describe('a database that is not as it should be', () => {
  it('means no places and one warning when it is missing', async () => {
    const { places, warnings } = await open({ cityPath: '/nowhere/city.mmdb', pollMs: 5 });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(places.find('81.2.69.142')).toBeUndefined();
    expect(places.status()).toMatchObject({
      files: [],
      problem: expect.stringContaining('/nowhere/city.mmdb'),
    });
    expect(warnings).toHaveLength(1);
  });

  it.each(['GeoIP2-City-Test-Invalid-Node-Count.mmdb', 'expected.json'])(
    'is refused at opening: %s',
    async (file) => {
      const { places, warnings } = await open({ cityPath: fixture(file) });
      expect(places.find('81.2.69.142')).toBeUndefined();
      expect(places.status().problem).toContain(file);
      expect(warnings).toHaveLength(1);
    },
  );

  it('gives no impossible position from broken numbers', async () => {
    const { places } = await open({ cityPath: fixture('GeoIP2-City-Test-Broken-Double-Format.mmdb') });
    for (const { network } of expected) {
      const { lat = 0, lng = 0 } = places.find(firstAddress(network)) ?? {};
      expect(Math.abs(lat)).toBeLessThanOrEqual(90);
      expect(Math.abs(lng)).toBeLessThanOrEqual(180);
    }
  });

  it('never throws when records are damaged inside, and warns once', async () => {
    const path = temporaryFile();
    const bytes = readFileSync(city);
    const metadata = bytes.lastIndexOf('MaxMind.com');
    // The data section lies between the search tree and the metadata: everything there becomes nonsense.
    bytes.fill(0x1f, Math.floor(metadata / 2), metadata - 3);
    writeFileSync(path, bytes);
    const { places, warnings } = await open({ cityPath: path });
    for (const { network } of expected) expect(() => places.find(firstAddress(network))).not.toThrow();
    expect(warnings).toHaveLength(1);
    expect(places.status().problem).toBeDefined();
  });
});

describe('a database that changes', () => {
  it('is taken in while it is used, and cached answers are forgotten', async () => {
    const path = temporaryFile();
    const { places, warnings } = await open({ cityPath: path, pollMs: 10 });
    expect(places.find('81.2.69.142')).toBeUndefined();
    copyFileSync(city, path);
    await vi.waitFor(() => expect(places.find('81.2.69.142')?.city).toBe('London'));
    expect(places.status()).toEqual({ files: [path] });
    expect(warnings).toHaveLength(1);
  });

  it('stays the old one while the new one is broken, with one warning', async () => {
    const path = temporaryFile();
    copyFileSync(city, path);
    const { places, warnings } = await open({ cityPath: path, pollMs: 10 });
    writeFileSync(path, readFileSync(city).subarray(0, 9000));
    await vi.waitFor(() => expect(places.status().problem).toBeDefined());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(places.find('81.2.69.142')?.city).toBe('London');
    expect(places.status().files).toEqual([path]);
    expect(warnings).toHaveLength(1);

    copyFileSync(city, path);
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    await vi.waitFor(() => expect(places.status()).toEqual({ files: [path] }));
  });
});
