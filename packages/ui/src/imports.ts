import type { Assets } from './asset-set.ts';

const SHARED = /(["'])@pushtech\/ui\/browser\/([\w-]+\.js)\1/g;

/** A browser knows no packages and the policy forbids import maps, so the addresses of shared modules are written into the text. */
export const linked = (module: string, shared: Pick<Assets, 'url'>): string =>
  module.replace(SHARED, (_all, quote: string, name: string) => quote + shared.url(name) + quote);

const STATIC = /^(?:import|export)\b[^'"(]*['"](\.\/[\w-]+\.js|\/_ui\/[\w-]+\/[\w-]+\.js)['"]/gm;

/** What each module imports, by address. An address names its content, so what stands here never becomes wrong. */
const known = new Map<string, string[]>();

/** @param base the folder of the module's address, for `./` */
export const rememberImports = (base: string, name: string, module: string): void => {
  const imported = [...module.matchAll(STATIC)].map(([, path = '']) => path.replace(/^\./, base));
  known.set(`${base}/${name}`, imported);
};

/** All modules that these need, without themselves: fetched at once instead of one after the other. */
export const importsOf = (scripts: readonly string[]): string[] => {
  const found = new Set<string>(scripts);
  for (const script of found) for (const next of known.get(script) ?? []) found.add(next);
  return [...found].slice(new Set(scripts).size);
};
