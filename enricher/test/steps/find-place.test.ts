import { describe, expect, it } from 'vitest';
import { eventOf, pixel, posted } from '../through.ts';

const london = { country: 'GB', region: 'England', city: 'London' };

describe('place', () => {
  it('is that of the address, and says so', () => {
    expect(eventOf(posted({})).place).toEqual({
      ...london,
      accuracy: 'ip',
      location: { type: 'Point', coordinates: [-0.0931, 51.5142] },
    });
  });

  it('is the position that was sent, with the names of the address nearby', () => {
    expect(eventOf(pixel('lat=51.6&lng=-0.2')).place).toEqual({
      ...london,
      accuracy: 'gps',
      location: { type: 'Point', coordinates: [-0.2, 51.6] },
    });
  });

  it('has no names where the address is elsewhere', () => {
    expect(eventOf(pixel('lat=48.2&lng=16.37')).place).toEqual({
      accuracy: 'gps',
      location: { type: 'Point', coordinates: [16.37, 48.2] },
    });
  });

  it('may be at latitude 0, longitude 0', () => {
    expect(eventOf(pixel('lat=0&lng=0')).place?.location?.coordinates).toEqual([0, 0]);
  });

  it.each(['10.0.0.1', '::1', 'unknown', ''])('is missing for the address %j', (ip) => {
    expect(eventOf(posted({}, { ip })).place).toBeUndefined();
  });
});
