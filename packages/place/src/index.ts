export { type FoundPlace, openPlaces, type Places, type PlacesOptions } from './places.ts';
