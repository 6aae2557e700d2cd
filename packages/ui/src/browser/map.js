// Countries of the world, coloured by value. Needs map.css. The world comes from our own server; tiles only where an address is set.
import { element } from './element.js';
import { lang, ui } from './facts.js';
import { createFormat } from './format.js';
import L from './leaflet.js';
import topojson from './topojson.js';

/**
 * @typedef {object} MapData
 * @property {string} label what the map shows, in words
 * @property {{ code: string, value: number }[]} values codes are ISO 3166-1 alpha-2
 * @property {string} [selected] a code
 * @property {(code: string) => void} [picked] somebody clicked on a country that has a value, or pressed Enter on it
 * @property {(n: number) => string} [number] how values are written
 * @property {{ url: string, attribution: string }} [tiles] as Leaflet's `tileLayer` has it; the page's content policy must allow its host
 */

const LEVELS = 5;
/** Where people live: without the ice of either end, and with the east of Siberia beyond 180°. */
const INHABITED = [
  [-56, -169],
  [78, 190],
];

/** The atlas joins what the antimeridian cuts: as it is, lines would run across the whole map. */
const unwrap = (ring) => {
  let turn = 0;
  return ring.map(([lng, lat], index) => {
    turn -= index === 0 ? 0 : 360 * Math.round((lng - ring[index - 1][0]) / 360);
    return [lng + turn, lat];
  });
};

const middle = (ring) => ring.reduce((sum, [lng]) => sum + lng, 0) / ring.length;

/** Every part of a country on the side of its largest, so that Siberia is in one piece. */
const together = (polygons) => {
  const rings = polygons.map((polygon) => polygon.map(unwrap));
  const [largest] = rings.flat().sort((a, b) => b.length - a.length);
  const home = middle(largest) - 360 * Math.round(middle(largest) / 360);
  const moved = (ring) => {
    const turn = 360 * Math.round((middle(ring) - home) / 360);
    return ring.map(([lng, lat]) => [lng - turn, lat]);
  };
  return rings.map((polygon) => polygon.map(moved));
};

const flat = (countries) => {
  for (const { geometry } of countries.features) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    geometry.type = 'MultiPolygon';
    geometry.coordinates = together(polygons);
  }
  return countries;
};

let loading;
const world = () => {
  loading ??= fetch(new URL('./world.json', import.meta.url))
    .then((answer) => answer.json())
    .then((atlas) => flat(topojson.feature(atlas, atlas.objects.countries)));
  return loading;
};

/** Few countries have most visits: levels grow with the third power, so that the others show too. @returns 1…5, 0 for nothing */
export const levelOf = (value, most) =>
  value > 0 ? Math.max(1, Math.ceil(LEVELS * Math.cbrt(value / most) - 1e-9)) : 0;

/** The largest whole value of each level. */
const limits = (most) =>
  Array.from({ length: LEVELS }, (_, n) => Math.floor(most * ((n + 1) / LEVELS) ** 3 + 1e-6));

const scaleOf = (most, number) =>
  element(
    'p',
    { class: 'map-scale', 'aria-hidden': 'true' },
    ...limits(most).flatMap((limit, n, all) =>
      limit > (all[n - 1] ?? 0)
        ? [
            element('span', { class: `map-key level-${n + 1}` }),
            element('span', { 'data-raw': true }, `≤ ${number(limit)}`),
          ]
        : [],
    ),
  );

const mapOptions = (tiles) => ({
  crs: tiles ? L.CRS.EPSG3857 : L.CRS.EPSG4326,
  zoomSnap: 0,
  zoomDelta: 0.75,
  minZoom: -1,
  maxZoom: tiles ? 18 : 6,
  zoomControl: false,
  attributionControl: Boolean(tiles),
  scrollWheelZoom: false,
  keyboard: false,
  // One finger scrolls the page; two move the map.
  dragging: !matchMedia('(pointer: coarse)').matches,
  fadeAnimation: false,
  zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  worldCopyJump: false,
});

/** One stop for Tab; arrows walk through the countries from most to least, Enter picks. */
const walkByKeys = (box, ranked) => {
  const paths = () => ranked().map(({ layer }) => layer.getElement());
  box.addEventListener('keydown', (event) => {
    const all = paths();
    const index = all.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (index < 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      ranked()[index].pick();
    }
    if (!step) return;
    event.preventDefault();
    const next = all[Math.min(all.length - 1, Math.max(0, index + step))];
    for (const path of all) path.setAttribute('tabindex', path === next ? '0' : '-1');
    next.focus();
  });
};

const tell = (layer, text) => {
  const path = layer.getElement();
  path.setAttribute('aria-label', text);
  layer
    .unbindTooltip()
    .bindTooltip(element('span', {}, text), { sticky: true, direction: 'top', opacity: 1 });
  path.onfocus = () => layer.openTooltip();
  path.onblur = () => layer.closeTooltip();
};

const quiet = (path) => {
  for (const name of ['tabindex', 'role', 'aria-label', 'aria-pressed']) path.removeAttribute(name);
  path.setAttribute('class', 'leaflet-interactive country');
};

/** Gives every country its level, text and place in the order. @returns those with a value, most first */
const paint = (layers, data, format) => {
  const number = data.number ?? format.number;
  const most = Math.max(0, ...data.values.map(({ value }) => value));
  for (const layer of layers.values()) quiet(layer.getElement());
  return [...data.values]
    .sort((a, b) => b.value - a.value)
    .filter(({ code, value }) => value > 0 && layers.has(code))
    .map(({ code, value }, rank) => {
      const layer = layers.get(code);
      const path = layer.getElement();
      const isSelected = code === data.selected;
      path.classList.add(`level-${levelOf(value, most)}`);
      path.classList.toggle('selected', isSelected);
      path.setAttribute('tabindex', rank === 0 ? '0' : '-1');
      path.setAttribute('role', data.picked ? 'button' : 'img');
      if (data.picked) path.setAttribute('aria-pressed', String(isSelected));
      tell(layer, `${format.country(code)}: ${number(value)}`);
      return { layer, pick: () => data.picked?.(code) };
    });
};

/** The layers by code; what has no code is land that nobody is counted for. */
const addCountries = (map, countries) => {
  const layers = new Map();
  L.geoJSON(countries, {
    style: { className: 'country', weight: 0.5, fillOpacity: 1 },
    onEachFeature: (feature, layer) => feature.id && layers.set(feature.id, layer),
  }).addTo(map);
  return layers;
};

const addTiles = (map, tiles) => {
  if (tiles) L.tileLayer(tiles.url, { attribution: tiles.attribution }).addTo(map);
};

/**
 * Draws into an empty element.
 * @param {HTMLElement} place
 * @param {MapData} data
 * @returns {Promise<{ set(data: MapData): void, destroy(): void }>} `set` shows other values
 */
export const drawMap = async (place, data) => {
  const countries = await world();
  const format = createFormat({ lang });
  const box = element('div', {
    class: data.tiles ? 'map-box with-tiles' : 'map-box',
    role: 'group',
    'aria-label': data.label,
  });
  place.classList.add('map');
  place.replaceChildren(box);

  const map = L.map(box, mapOptions(data.tiles));
  L.control.zoom({ position: 'bottomleft', zoomInTitle: ui.zoomIn, zoomOutTitle: ui.zoomOut }).addTo(map);
  addTiles(map, data.tiles);
  map.fitBounds(INHABITED);
  const layers = addCountries(map, countries);

  let ranked = [];
  for (const layer of layers.values())
    layer.on('click', () => ranked.find((each) => each.layer === layer)?.pick());
  walkByKeys(box, () => ranked);

  const set = (next) => {
    ranked = paint(layers, next, format);
    const most = Math.max(0, ...next.values.map(({ value }) => value));
    place.querySelector('.map-scale')?.remove();
    if (most > 0) place.append(scaleOf(most, next.number ?? format.compact));
  };
  set(data);

  const resized = new ResizeObserver(() => {
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(INHABITED, { animate: false });
  });
  resized.observe(box);

  return {
    set,
    destroy() {
      resized.disconnect();
      map.remove();
      place.replaceChildren();
    },
  };
};
