import { readFileSync } from 'node:fs';
import { type Asset, type Assets, createAssets } from './asset-set.ts';
import { joinedSheets } from './joined-sheets.ts';
import { leaflet, leafletStyle, topojson, uplot, uplotStyle } from './third-party.ts';
import { worldJson } from './world.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

const asset = (type: string, text: string): Asset => ({ type, body: Buffer.from(text) });
const script = (text: string): Asset => asset('text/javascript; charset=utf-8', text);
const style = (text: string): Asset => asset('text/css; charset=utf-8', text);

/** The sheets of every page, in the order of their layers, as one file: one request. */
const layers = ['tokens', 'base', 'page', 'controls', 'choices', 'parts', 'paths', 'unfold', 'data'];
const modules = [
  'say',
  'format',
  'facts',
  'element',
  'chart',
  'chart-table',
  'map',
  'table',
  'copy',
  'dialog',
  'menu',
  'visible',
];

const files = new Map<string, Asset>([
  ['icon.svg', asset('image/svg+xml', read('icon.svg'))],
  ['look.css', style(joinedSheets(new URL('css/', import.meta.url), layers))],
  ['chart.css', style(`${uplotStyle()}\n${read('css/chart.css')}`)],
  ['map.css', style(`${leafletStyle()}\n${read('css/map.css')}`)],
  ...modules.map((name): [string, Asset] => [`${name}.js`, script(read(`browser/${name}.js`))]),
  ['uplot.js', script(uplot())],
  ['leaflet.js', script(leaflet())],
  ['topojson.js', script(topojson())],
  ['world.json', asset('application/json; charset=utf-8', worldJson())],
]);

/** What all screens share: sheets, modules, libraries and the map of the world. Served by `registerLook`. */
export const uiAssets: Assets = createAssets(files);
