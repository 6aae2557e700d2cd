import { readFileSync } from 'node:fs';
import { settingsTable } from '@pushtech/service';
import { parse } from 'yaml';
import { type OverlayName, overlayNames } from '../../scripts/src/deploy/compose-files.ts';
import { deployedServices } from '../../scripts/src/deploy/services.ts';
import { textOf } from './read-files.ts';
import type { Deployed } from './rules/rule.ts';
import { schemas } from './settings.ts';

/** Every set of files that can be chosen: one for each number of so many bits. */
export const choices: OverlayName[][] = Array.from({ length: 2 ** overlayNames.length }, (_, bits) =>
  overlayNames.filter((_name, index) => bits & (1 << index)),
).filter((set) => !(set.includes('dev') && set.includes('production')));

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const loopback = (names: readonly string[]): Record<string, 'loopback'> =>
  Object.fromEntries(names.map((name) => [name, 'loopback']));

const doorsOf = (overlays: readonly OverlayName[]): Deployed['doors'] => ({
  ...(overlays.includes('dev') &&
    loopback([...deployedServices.map(({ name }) => name), 'redis', 'kafka', 'mongo'])),
  ...(overlays.includes('observability') && loopback(['prometheus', 'grafana'])),
  front: overlays.includes('production') ? '*' : 'loopback',
});

/** What files with these overlays have to agree with. */
export const deployedWith = (overlays: readonly OverlayName[]): Deployed => ({
  services: deployedServices,
  settings: Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, settingsTable(schema).map(({ key }) => key)]),
  ),
  version,
  doors: doorsOf(overlays),
  caddyfiles: Object.fromEntries(
    ['Caddyfile', 'Caddyfile.production'].map((name) => [name, textOf(`config/caddy/${name}`)]),
  ),
  prometheus: parse(textOf('config/prometheus.yml')) as Deployed['prometheus'],
});
