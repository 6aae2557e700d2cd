import type { FoundPlace } from './places.ts';

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const country = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z]{2}$/.test(value) && value !== 'ZZ' ? value : undefined;

const degrees = (value: unknown, bound: number): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= bound ? value : undefined;

const englishName = (value: unknown): string | undefined => text(fields(fields(value).names).en);

/** MaxMind's shape: names in several languages, nested. */
const readNested = (record: Fields) => {
  const [subdivision] = Array.isArray(record.subdivisions) ? record.subdivisions : [];
  const location = fields(record.location);
  return {
    country: country(fields(record.country).iso_code),
    region: englishName(subdivision),
    city: englishName(record.city),
    lat: location.latitude,
    lng: location.longitude,
  };
};

/** The shape of DB-IP's files on npm: plain fields side by side. */
const readFlat = (record: Fields) => ({
  country: country(record.country_code),
  region: text(record.state1),
  city: text(record.city),
  lat: record.latitude,
  lng: record.longitude,
});

const isFlat = (record: Fields): boolean => 'country_code' in record || typeof record.city === 'string';

/** A database's record as a place: both shapes are understood; `undefined` when it says nothing of use. */
export const readRecord = (value: unknown): FoundPlace | undefined => {
  const record = fields(value);
  const { country, region, city, lat, lng } = isFlat(record) ? readFlat(record) : readNested(record);
  const latitude = degrees(lat, 90);
  const longitude = degrees(lng, 180);
  const place: FoundPlace = {};
  if (country) place.country = country;
  if (region) place.region = region;
  if (city) place.city = city;
  if (latitude !== undefined && longitude !== undefined) {
    place.lat = latitude;
    place.lng = longitude;
  }
  return Object.keys(place).length === 0 ? undefined : Object.freeze(place);
};
