import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Their packages' own minified builds; the modules they also ship are three times larger. */
const read = (name: string, path: string): string =>
  readFileSync(join(dirname(require.resolve(`${name}/package.json`)), path), 'utf8').replace(
    /\n?\/\/# sourceMappingURL=.*\s*$/,
    '',
  );

/** A UMD build takes its module for CommonJS when there are `exports`: it becomes a module and sets no global name but Leaflet's `L`. */
const moduleOf = (umd: string): string =>
  `const exports={},module={exports};\n${umd}\nexport default exports;\n`;

export const leaflet = (): string => moduleOf(read('leaflet', 'dist/leaflet.js'));
export const topojson = (): string => moduleOf(read('topojson-client', 'dist/topojson-client.min.js'));
export const uplot = (): string => `${read('uplot', 'dist/uPlot.iife.min.js')}\nexport default uPlot;\n`;
export const uplotStyle = (): string => read('uplot', 'dist/uPlot.min.css');

/** Without the rules for pictures, which nothing here shows. */
export const leafletStyle = (): string =>
  read('leaflet', 'dist/leaflet.css').replace(/[^{}]*\{[^{}]*url\([^{}]*\}/g, '');
