import type { Place } from '@pushtech/event';
import type { FoundPlace, Places } from '@pushtech/place';
import type { Step } from '../draft.ts';

/** An address's city may stand beside a position of the device's own only if it lies this near (km). */
const NEAR_KM = 100;
const KM_PER_DEGREE = 111.2;

/** Equirectangular distance: good to a percent at this range. */
const isNear = (found: FoundPlace, lat: number, lng: number): boolean => {
  if (found.lat === undefined || found.lng === undefined) return false;
  const across = (((found.lng - lng + 540) % 360) - 180) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(found.lat - lat, across) * KM_PER_DEGREE <= NEAR_KM;
};

const copyNames = (from: FoundPlace, place: Place): void => {
  if (from.country !== undefined) place.country = from.country;
  if (from.region !== undefined) place.region = from.region;
  if (from.city !== undefined) place.city = from.city;
};

const byPosition = (lat: number, lng: number, found: FoundPlace | undefined): Place => {
  const place: Place = { location: { type: 'Point', coordinates: [lng, lat] }, accuracy: 'gps' };
  if (found && isNear(found, lat, lng)) copyNames(found, place);
  return place;
};

const byAddress = (found: FoundPlace): Place => {
  const place: Place = { accuracy: 'ip' };
  copyNames(found, place);
  if (found.lat !== undefined && found.lng !== undefined) {
    place.location = { type: 'Point', coordinates: [found.lng, found.lat] };
  }
  return place;
};

/**
 * place: the position the sender gives (`gps`), else the one of its address (`ip`). Names of country and city come from the
 * address alone; they are left out where they contradict the position, as behind a VPN.
 */
export const findPlace = (places: Places): Step => ({
  name: 'place',
  run({ ip, item, event }) {
    const found = ip === undefined ? undefined : places.find(ip);
    if (item.lat !== undefined && item.lng !== undefined) event.place = byPosition(item.lat, item.lng, found);
    else if (found) event.place = byAddress(found);
    return undefined;
  },
});
