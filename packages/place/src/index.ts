export { plainAddress } from './address.ts';
export { type FoundPlace, openPlaces, type Places, type PlacesOptions } from './places.ts';
